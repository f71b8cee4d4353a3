//! Muting, bypassing and collapsing.

use super::EditError;
use crate::Editor;
use crate::node::set_flag;

impl Editor {
    pub(super) fn set_flags(&mut self, nodes: &[String], name: &str, is_set: bool) -> Result<(), EditError> {
        for id in nodes {
            self.change_node(id, |node| set_flag(node, name, is_set))?;
        }
        Ok(())
    }
}
