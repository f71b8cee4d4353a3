//! Steps and values from nodes: equal computations are shared, clocks are worked out.

use std::collections::BTreeMap;
use std::sync::Arc;

use wickflow_shared::digest::Digest;
use wickflow_shared::time::Timeframe;

use super::connect::Wires;
use super::expand::{Flat, FlatNode};
use crate::catalogue::{Behavior, Input, ParamValue, Params, PortType, Unit, Unwired};
use crate::operator::{ColumnType, Operator};
use crate::plan::Value;
use crate::program::{Body, Clock, NodeOutput, Step, ValueInfo};

/// What building came to.
pub(super) struct Built {
    pub(super) clocks: Vec<Clock>,
    pub(super) steps: Vec<Step>,
    pub(super) values: Vec<ValueInfo>,
    pub(super) outputs: Vec<NodeOutput>,
    /// For each node, the value of each output; empty where the node gives none or could not be built.
    pub(super) of_nodes: Vec<Vec<Value>>,
    /// For each node, the value at each input, on the traded clock.
    pub(super) at_inputs: Vec<Vec<Option<Value>>>,
}

/// Builds steps, node by node, in an order in which inputs come first.
pub(super) struct Builder<'a> {
    flat: &'a Flat,
    wires: &'a Wires,
    timeframe: Option<Timeframe>,
    built: Built,
    shared: BTreeMap<Digest, Value>,
}

const BASE: usize = 0;

impl<'a> Builder<'a> {
    pub(super) fn new(flat: &'a Flat, wires: &'a Wires, timeframe: Option<Timeframe>) -> Self {
        let count = flat.nodes.len();
        let built = Built {
            clocks: vec![Clock::default()],
            steps: Vec::new(),
            values: Vec::new(),
            outputs: Vec::new(),
            of_nodes: vec![Vec::new(); count],
            at_inputs: vec![Vec::new(); count],
        };
        Self { flat, wires, timeframe, built, shared: BTreeMap::new() }
    }

    pub(super) fn finish(self) -> Built {
        self.built
    }

    /// Builds a node. Where an input is missing, which has been reported, nothing is built.
    pub(super) fn node(&mut self, index: usize) {
        let Some(node) = self.flat.nodes.get(index) else { return };
        let values = match node.kind.behavior {
            Behavior::Compute(operator) => self.compute(index, node, operator),
            Behavior::Context(context) => {
                let clock = self.clock_of(node);
                Some(self.operator(node, "", Arc::new(context), &[], clock, false))
            }
            Behavior::Account(account) => Some(self.operator(node, "", Arc::new(account), &[], BASE, true)),
            Behavior::Constant => Some(vec![self.constant_of(node)]),
            Behavior::Graph(_) => self.wired(index, 0).map(|value| vec![value]),
            Behavior::Size(_) | Behavior::Action(_) | Behavior::Guard(_) => {
                self.inputs_on_base(index, node);
                None
            }
            Behavior::Note => None,
        };
        let Some(values) = values else { return };
        if let Behavior::Compute(_) | Behavior::Context(_) = node.kind.behavior {
            debug_assert_eq!(values.len(), node.kind.outputs.len(), "{}", node.kind.kind);
        }
        for (value, output) in values.iter().zip(super::connect::outputs_of(node)) {
            let warm_up = self.built.values.get(value.0 as usize).map_or(0, |info| info.warm_up);
            let output = NodeOutput { node: node.id.clone(), port: output.name, value: *value, warm_up };
            self.built.outputs.push(output);
        }
        if let Some(slot) = self.built.of_nodes.get_mut(index) {
            *slot = values;
        }
    }

    fn compute(
        &mut self,
        index: usize,
        node: &FlatNode,
        operator: fn(&Params) -> Box<dyn Operator>,
    ) -> Option<Vec<Value>> {
        let mut inputs = Vec::with_capacity(node.kind.inputs.len());
        for (slot, input) in node.kind.inputs.iter().enumerate() {
            match self.wired(index, slot) {
                Some(value) => inputs.push(Ok(value)),
                None if self.is_wired(index, slot) => return None,
                None => inputs.push(Err(stand_in(input, &node.params)?)),
            }
        }
        let mut clocks =
            inputs.iter().filter_map(|input| input.as_ref().ok()).map(|value| self.clock_of_value(*value));
        let first = clocks.next();
        let is_late = inputs.iter().filter_map(|input| input.as_ref().ok()).any(|value| self.is_late(*value));
        // One clock: the node runs on it. Several, or late ones: on the traded bars.
        let clock = match first {
            Some(clock) if !is_late && clocks.all(|other| other == clock) => clock,
            _ => BASE,
        };
        let inputs: Vec<Value> = inputs
            .into_iter()
            .map(|input| match input {
                Ok(value) => self.on_clock(value, clock),
                Err((register, column_type)) => self.constant(register, column_type, Unit::Any, clock),
            })
            .collect();
        Some(self.operator(
            node,
            &params_text(&node.params),
            Arc::from(operator(&node.params)),
            &inputs,
            clock,
            is_late,
        ))
    }

    /// The inputs of what orders, all on the traded bars.
    fn inputs_on_base(&mut self, index: usize, node: &FlatNode) {
        let mut values = Vec::with_capacity(node.kind.inputs.len());
        for (slot, input) in node.kind.inputs.iter().enumerate() {
            let value = match self.wired(index, slot) {
                Some(value) => Some(self.on_clock(value, BASE)),
                None if self.is_wired(index, slot) => None,
                None => stand_in(input, &node.params)
                    .map(|(register, column_type)| self.constant(register, column_type, Unit::Any, BASE)),
            };
            values.push(value);
        }
        if let Some(slot) = self.built.at_inputs.get_mut(index) {
            *slot = values;
        }
    }

    fn is_wired(&self, node: usize, slot: usize) -> bool {
        self.wires.get(node).and_then(|inputs| inputs.get(slot)).is_some_and(Option::is_some)
    }

    /// The value that a wire brings.
    fn wired(&self, node: usize, slot: usize) -> Option<Value> {
        let (source, output) = (*self.wires.get(node)?.get(slot)?)?;
        self.built.of_nodes.get(source)?.get(output).copied()
    }

    fn info(&self, value: Value) -> Option<(&ValueInfo, &Step)> {
        let info = self.built.values.get(value.0 as usize)?;
        Some((info, self.built.steps.get(info.step)?))
    }

    fn clock_of_value(&self, value: Value) -> usize {
        self.info(value).map_or(BASE, |(_, step)| step.clock)
    }

    fn is_late(&self, value: Value) -> bool {
        self.info(value).is_some_and(|(_, step)| step.is_late)
    }

    /// The clock of a node that reads candles.
    fn clock_of(&mut self, node: &FlatNode) -> usize {
        let clock = Clock {
            symbol: node.params.text("symbol").parse().ok(),
            timeframe: node
                .params
                .text("timeframe")
                .parse()
                .ok()
                .filter(|other| Some(*other) != self.timeframe),
        };
        let clocks = &mut self.built.clocks;
        clocks.iter().position(|known| *known == clock).unwrap_or_else(|| {
            clocks.push(clock);
            clocks.len() - 1
        })
    }

    fn constant_of(&mut self, node: &FlatNode) -> Value {
        let (register, column_type) = match node.kind.outputs.first().map(|output| output.port_type) {
            Some(PortType::Signal) => (f64::from(u8::from(node.params.is_set("value"))), ColumnType::Signals),
            _ => (node.params.number("value"), ColumnType::Numbers),
        };
        let unit = match node.kind.outputs.first().map(|output| output.port_type) {
            Some(PortType::Number(unit)) => unit,
            _ => Unit::Any,
        };
        self.constant(register, column_type, unit, BASE)
    }

    fn constant(&mut self, register: f64, column_type: ColumnType, unit: Unit, clock: usize) -> Value {
        let bits = register.to_bits().to_le_bytes();
        let key =
            self.key(&[b"constant", &bits, &[u8::from(column_type == ColumnType::Signals)]], &[], clock);
        self.step(
            Body::Constant(register, column_type),
            Vec::new(),
            &[(column_type, unit, 0)],
            clock,
            false,
            key,
        )
        .first()
        .copied()
        .unwrap_or(Value(0))
    }

    /// The value as another clock sees it.
    fn on_clock(&mut self, value: Value, clock: usize) -> Value {
        let Some((info, step)) = self.info(value) else { return value };
        if step.clock == clock {
            return value;
        }
        let (info, body, from) = (*info, step.body.clone(), step.clock);
        if let Body::Constant(register, column_type) = body {
            return self.constant(register, column_type, info.unit, clock);
        }
        let warm_up = info.warm_up.saturating_mul(self.rows_of(from));
        let key = self.key(&[b"hold"], &[value], clock);
        let output = [(info.column_type, info.unit, warm_up)];
        self.step(Body::Hold, vec![value], &output, clock, false, key).first().copied().unwrap_or(value)
    }

    /// How many traded rows a row of a clock lasts, where that is known.
    fn rows_of(&self, clock: usize) -> usize {
        let longer = self.built.clocks.get(clock).and_then(|clock| clock.timeframe);
        match (longer, self.timeframe) {
            (Some(longer), Some(base)) => {
                usize::try_from((longer.nominal_ms() / base.nominal_ms().max(1)).max(1)).unwrap_or(1)
            }
            _ => 1,
        }
    }

    fn operator(
        &mut self,
        node: &FlatNode,
        params: &str,
        operator: Arc<dyn Operator>,
        inputs: &[Value],
        clock: usize,
        is_late: bool,
    ) -> Vec<Value> {
        let before = inputs.iter().filter_map(|value| self.info(*value)).map(|(info, _)| info.warm_up).max();
        let warm_up = before.unwrap_or_default().saturating_add(operator.warm_up());
        let first_unit =
            inputs.iter().filter_map(|value| self.info(*value)).map(|(info, _)| info.unit).next();
        let outputs: Vec<_> = operator
            .outputs()
            .iter()
            .zip(node.kind.outputs)
            .map(|(column_type, output)| {
                let unit = match output.port_type {
                    PortType::Number(Unit::Any) => first_unit.unwrap_or(Unit::Any),
                    PortType::Number(unit) => unit,
                    _ => Unit::Any,
                };
                (*column_type, unit, warm_up)
            })
            .collect();
        let key = self.key(&[node.kind.kind.as_bytes(), params.as_bytes()], inputs, clock);
        self.step(Body::Operator(operator), inputs.to_vec(), &outputs, clock, is_late, key)
    }

    /// The hash of a computation. Parts are preceded by their lengths, so no two lists of them run together.
    fn key(&self, parts: &[&[u8]], inputs: &[Value], clock: usize) -> Digest {
        let mut bytes = Vec::with_capacity(160);
        let mut put = |part: &[u8]| {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        };
        for part in parts {
            put(part);
        }
        for value in inputs {
            if let Some((_, step)) = self.info(*value) {
                put(&step.key.0);
                put(&(value.0 - step.first.0).to_le_bytes());
            }
        }
        if let Some(clock) = self.built.clocks.get(clock) {
            put(format!("{:?} {:?}", clock.symbol, clock.timeframe).as_bytes());
        }
        Digest::of(&bytes)
    }

    /// A new step, or the equal one that is there.
    fn step(
        &mut self,
        body: Body,
        inputs: Vec<Value>,
        outputs: &[(ColumnType, Unit, usize)],
        clock: usize,
        is_late: bool,
        key: Digest,
    ) -> Vec<Value> {
        let first = match self.shared.get(&key) {
            Some(first) => *first,
            None => {
                let first = Value(u32::try_from(self.built.values.len()).unwrap_or(u32::MAX));
                let step = self.built.steps.len();
                for (column_type, unit, warm_up) in outputs {
                    let info = ValueInfo { step, column_type: *column_type, unit: *unit, warm_up: *warm_up };
                    self.built.values.push(info);
                }
                self.built.steps.push(Step {
                    body,
                    inputs,
                    first,
                    outputs: outputs.len(),
                    clock,
                    is_late,
                    key,
                });
                self.shared.insert(key, first);
                first
            }
        };
        (0..outputs.len()).map(|index| Value(first.0 + u32::try_from(index).unwrap_or_default())).collect()
    }
}

/// What stands in for an input without a wire.
fn stand_in(input: &Input, params: &Params) -> Option<(f64, ColumnType)> {
    match input.unwired {
        Unwired::Refused | Unwired::Absent => None,
        Unwired::Param(name) => Some((params.number(name), ColumnType::Numbers)),
        Unwired::Signal(on) => Some((f64::from(u8::from(on)), ColumnType::Signals)),
    }
}

/// Settings as text: equal text means equal settings.
fn params_text(params: &Params) -> String {
    let mut text = String::new();
    for (name, value) in params.iter() {
        let value = match value {
            ParamValue::Integer(value) => format!("i{value}"),
            ParamValue::Number(value) => format!("n{:016x}", value.to_bits()),
            ParamValue::Text(value) => format!("t{}:{value}", value.len()),
            ParamValue::Boolean(value) => format!("b{value}"),
        };
        text.push_str(name);
        text.push('=');
        text.push_str(&value);
        text.push(';');
    }
    text
}
