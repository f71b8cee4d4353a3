//! What the page follows on the socket, and how far it has come with each: the protocol without a socket.

use wickflow_shared::protocol::{
    Change, ChannelTracker, ClientMessage, Cursor, ErrorDetail, ServerMessage, Snapshot, Topic, Verdict,
};
use wickflow_shared::time::Timestamp;

use super::lookup::Lookup;

/// What a message of the server means to the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The greeting of a new connection.
    Greeting {
        /// Version of the protocol that the server speaks.
        protocol: u32,
        /// Whether the server has been restarted since the connection before.
        restarted: bool,
        /// The server's wall clock.
        server_time: Timestamp,
    },
    /// All there is of a topic: what was known of it before is void.
    Snapshot(Topic, Box<Snapshot>),
    /// The next change of a topic; each comes exactly once.
    Change(Topic, Change),
    /// The server refused something.
    Refused(ErrorDetail),
}

/// The topics wanted, with the place reached in each.
#[derive(Debug, Default)]
pub struct Subscriptions {
    epoch: u64,
    greeted: bool,
    topics: Lookup<Topic, Progress>,
    /// Topics by the number that their updates carry on this connection.
    channels: Lookup<u32, Topic>,
}

#[derive(Debug, Default)]
struct Progress {
    tracker: ChannelTracker,
    /// A subscription was sent and is not answered yet.
    pending: bool,
}

impl Subscriptions {
    /// Follows a topic. `None` when it is followed already.
    pub fn want(&mut self, topic: Topic) -> Option<ClientMessage> {
        if self.topics.get(&topic).is_some() {
            return None;
        }
        self.topics.insert(topic.clone(), Progress { pending: true, ..Progress::default() });
        Some(ClientMessage::Subscribe { subscribe: topic, after: None })
    }

    /// No longer follows a topic. `None` when it was not followed.
    pub fn release(&mut self, topic: &Topic) -> Option<ClientMessage> {
        self.topics.remove(topic)?;
        self.channels.retain(|_, followed| followed != topic);
        Some(ClientMessage::Unsubscribe { unsubscribe: topic.clone() })
    }

    /// What to send on a new connection: every topic, from where it was left.
    pub fn resume(&mut self) -> Vec<ClientMessage> {
        self.channels.clear();
        self.topics
            .iter_mut()
            .map(|(topic, progress)| {
                progress.pending = true;
                ClientMessage::Subscribe { subscribe: topic.clone(), after: progress.tracker.cursor() }
            })
            .collect()
    }

    /// Forgets the place reached in a topic, so that the next connection brings a snapshot of it.
    pub fn forget(&mut self, topic: &Topic) {
        if let Some(progress) = self.topics.get_mut(topic) {
            progress.tracker = ChannelTracker::default();
        }
    }

    /// Takes a message: appends what it means to `events`, and returns what to answer.
    pub fn receive(&mut self, message: ServerMessage, events: &mut Vec<Event>) -> Vec<ClientMessage> {
        match message {
            ServerMessage::Hello { protocol, epoch, server_time } => {
                let restarted = self.greeted && epoch != self.epoch;
                (self.epoch, self.greeted) = (epoch, true);
                events.push(Event::Greeting { protocol, restarted, server_time });
            }
            ServerMessage::Subscribed { subscribed, channel, seq } => {
                self.begin(&subscribed, channel, seq);
            }
            ServerMessage::Snapshot { subscribed, channel, seq, snapshot } => {
                if self.begin(&subscribed, channel, seq) {
                    events.push(Event::Snapshot(subscribed, snapshot));
                }
            }
            ServerMessage::Updates { updates } => {
                return updates
                    .into_iter()
                    .filter_map(|u| self.update(u.channel, u.seq, u.change, events))
                    .collect();
            }
            ServerMessage::Pong { .. } => {}
            ServerMessage::Error { error } => events.push(Event::Refused(error)),
        }
        Vec::new()
    }

    /// A topic stands at `seq`. False when it is not wanted any more.
    fn begin(&mut self, topic: &Topic, channel: u32, seq: u64) -> bool {
        let Some(progress) = self.topics.get_mut(topic) else { return false };
        progress.tracker.reset(self.epoch, seq);
        progress.pending = false;
        self.channels.insert(channel, topic.clone());
        true
    }

    fn update(
        &mut self,
        channel: u32,
        seq: u64,
        change: Change,
        events: &mut Vec<Event>,
    ) -> Option<ClientMessage> {
        let topic = self.channels.get(&channel)?;
        let progress = self.topics.get_mut(topic)?;
        match progress.tracker.receive(seq) {
            Verdict::Apply => events.push(Event::Change(topic.clone(), change)),
            Verdict::Duplicate => {}
            // What is missing is asked for once; until the answer everything after it is dropped as well.
            Verdict::Gap if progress.pending => {}
            Verdict::Gap => {
                progress.pending = true;
                let after: Option<Cursor> = progress.tracker.cursor();
                return Some(ClientMessage::Subscribe { subscribe: topic.clone(), after });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wickflow_shared::protocol::{ChannelUpdate, FeedKind, FeedState, FeedStatus};

    fn feed(clock: i64) -> FeedStatus {
        FeedStatus {
            kind: FeedKind::Sim,
            state: FeedState::Live,
            message: None,
            clock: Timestamp(clock),
            replay: None,
        }
    }

    fn hello(epoch: u64) -> ServerMessage {
        ServerMessage::Hello { protocol: 1, epoch, server_time: Timestamp(0) }
    }

    fn snapshot(seq: u64) -> ServerMessage {
        let snapshot = Box::new(Snapshot::Feed(feed(0)));
        ServerMessage::Snapshot { subscribed: Topic::Feed, channel: 3, seq, snapshot }
    }

    fn updates(seqs: &[u64]) -> ServerMessage {
        let update = |seq: &u64| ChannelUpdate {
            channel: 3,
            seq: *seq,
            change: Change::Feed(feed(i64::try_from(*seq).unwrap())),
        };
        ServerMessage::Updates { updates: seqs.iter().map(update).collect() }
    }

    /// Feeds one message; returns the numbers of the changes taken and what is answered.
    fn take(s: &mut Subscriptions, message: ServerMessage) -> (Vec<i64>, Vec<ClientMessage>) {
        let mut events = Vec::new();
        let answers = s.receive(message, &mut events);
        let seen = events.into_iter().filter_map(|event| match event {
            Event::Change(_, Change::Feed(status)) => Some(status.clock.0),
            _ => None,
        });
        (seen.collect(), answers)
    }

    fn subscribe(after: Option<Cursor>) -> ClientMessage {
        ClientMessage::Subscribe { subscribe: Topic::Feed, after }
    }

    #[test]
    fn every_change_comes_once_and_a_hole_is_asked_for_once() {
        let mut s = Subscriptions::default();
        assert_eq!(s.want(Topic::Feed), Some(subscribe(None)));
        assert_eq!(s.want(Topic::Feed), None);
        take(&mut s, hello(7));
        assert_eq!(take(&mut s, updates(&[11])), (vec![], vec![]), "nothing counts before the snapshot");
        take(&mut s, snapshot(10));
        assert_eq!(take(&mut s, updates(&[10, 11, 12])), (vec![11, 12], vec![]));
        let again = subscribe(Some(Cursor { epoch: 7, seq: 12 }));
        assert_eq!(take(&mut s, updates(&[14, 15])), (vec![], vec![again]));
        assert_eq!(take(&mut s, updates(&[16])), (vec![], vec![]));
        let resumed = ServerMessage::Subscribed { subscribed: Topic::Feed, channel: 3, seq: 12 };
        take(&mut s, resumed);
        assert_eq!(take(&mut s, updates(&[13, 14, 15, 16])), (vec![13, 14, 15, 16], vec![]));
    }

    #[test]
    fn a_new_connection_goes_on_where_the_old_one_ended() {
        let mut s = Subscriptions::default();
        let _ = s.want(Topic::Feed);
        take(&mut s, hello(7));
        take(&mut s, snapshot(10));
        take(&mut s, updates(&[11]));
        assert_eq!(s.resume(), [subscribe(Some(Cursor { epoch: 7, seq: 11 }))]);
        assert_eq!(
            take(&mut s, updates(&[12])),
            (vec![], vec![]),
            "channels of the old connection mean nothing"
        );
        s.forget(&Topic::Feed);
        assert_eq!(s.resume(), [subscribe(None)]);
    }

    #[test]
    fn a_restarted_server_is_noticed() {
        let mut s = Subscriptions::default();
        for (epoch, restarted) in [(7, false), (7, false), (8, true)] {
            let mut events = Vec::new();
            let _ = s.receive(hello(epoch), &mut events);
            assert_eq!(events, [Event::Greeting { protocol: 1, restarted, server_time: Timestamp(0) }]);
        }
    }

    #[test]
    fn what_is_no_longer_wanted_is_ignored() {
        let mut s = Subscriptions::default();
        let _ = s.want(Topic::Feed);
        take(&mut s, hello(7));
        take(&mut s, snapshot(10));
        assert_eq!(s.release(&Topic::Feed), Some(ClientMessage::Unsubscribe { unsubscribe: Topic::Feed }));
        assert_eq!(s.release(&Topic::Feed), None);
        assert_eq!(take(&mut s, updates(&[11])), (vec![], vec![]));
        let mut events = Vec::new();
        let _ = s.receive(snapshot(12), &mut events);
        assert_eq!(events, []);
    }
}
