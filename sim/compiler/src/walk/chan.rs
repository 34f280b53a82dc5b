//! Channels: send, receive, `select`.
//!
//! A `select` is an array of channels and addresses, sends first, receives after them from the end; the routine
//! tells which case was chosen, −1 for `default`.
//!
//! Source: Go 1.19 cmd/compile/internal/walk/{expr,assign,select}.go. Departs: `select` with one case and `default` has
//! no routines of its own.

use super::Walk;
use crate::ast::BinOp;
use crate::ir::{Class, CommCase, E, Expr, ExprKind, LabelId, Stmt, StmtKind};
use crate::runtime::Rt;
use crate::types::{Ty, Types};

impl<'a> Walk<'_, 'a> {
    /// `make(chan T, size)`
    pub(super) fn make_chan(&mut self, ty: Ty, size: Option<E<'a>>) -> E<'a> {
        let size = match size {
            Some(size) => {
                let size = self.expr(size);
                self.tree.to_int(size)
            }
            None => self.tree.int(0),
        };
        let word = self.tree.type_word(ty);
        self.tree.rt(Rt::MakeChan, &[word, size], ty)
    }

    /// `ch <- x`
    pub(super) fn send(&mut self, chan: E<'a>, value: E<'a>) {
        let (chan, value) = (self.expr(chan), self.expr(value));
        let value = self.address_of(value);
        self.rt_stmt(Rt::ChanSend1, &[chan, value]);
    }

    /// `<-ch` as a value.
    pub(super) fn recv(&mut self, e: E<'a>, chan: E<'a>) -> E<'a> {
        let place = self.tree.temp(e.ty);
        let place = self.tree.local(place);
        self.emit(StmtKind::Assign { dst: place, src: self.tree.zero(e.ty), define: true });
        self.recv_into(place, chan);
        place
    }

    /// `place = <-ch`: straight into a temporary, through one otherwise.
    pub(super) fn recv_into(&mut self, place: E<'a>, chan: E<'a>) {
        match place.kind {
            ExprKind::Local(id) if self.tree.variable(id).class == Class::Temp => {
                let chan = self.expr(chan);
                let address = self.tree.addr(place);
                self.rt_stmt(Rt::ChanRecv1, &[chan, address]);
            }
            _ => {
                let value = self.recv(place, chan);
                self.store(place, value);
            }
        }
    }

    /// `<-ch` as a statement.
    pub(super) fn recv_stmt(&mut self, elem: Ty, chan: E<'a>) {
        let chan = self.expr(chan);
        let pointer = self.tree.program.types.pointer(elem);
        self.rt_stmt(Rt::ChanRecv1, &[chan, self.tree.nil(pointer)]);
    }

    /// `v, ok = <-ch`
    pub(super) fn recv_ok(&mut self, [value, ok]: [E<'a>; 2], e: E<'a>, chan: E<'a>) {
        let chan = self.expr(chan);
        let wanted = !matches!(value.kind, ExprKind::Blank);
        let (place, address) = if wanted {
            let place = self.tree.temp(e.ty);
            let place = self.tree.local(place);
            self.emit(StmtKind::Assign { dst: place, src: self.tree.zero(e.ty), define: true });
            (place, self.tree.addr(place))
        } else {
            let pointer = self.tree.program.types.pointer(e.ty);
            (value, self.tree.nil(pointer))
        };
        let received = self.rt(Rt::ChanRecv2, &[chan, address], Types::BOOL);
        if wanted {
            self.assign(value, place);
        }
        self.assign_bool(ok, received);
    }

    /// `select`
    pub(super) fn select(&mut self, label: LabelId, cases: &'a [CommCase<'a>]) {
        self.left.insert(label);
        match cases {
            [] => self.rt_stmt(Rt::Block, &[]),
            // Nothing to choose from.
            [one] => {
                if let Some(comm) = one.comm {
                    self.stmts(std::slice::from_ref(comm));
                }
                self.stmts(one.body);
            }
            _ => self.select_any(cases, label),
        }
        self.emit(StmtKind::Label { label, name: "" });
    }

    fn select_any(&mut self, cases: &'a [CommCase<'a>], end: LabelId) {
        let default = cases.iter().find(|case| case.comm.is_none());
        let count = cases.len() - usize::from(default.is_some());
        let case_type = {
            let pointer = Types::UNSAFE_POINTER;
            self.tree.structure(&[("c", pointer), ("elem", pointer)])
        };
        let list_type = self.tree.program.types.array(count as u64, case_type);
        let order_type = self.tree.program.types.array(2 * count as u64, Types::UINT16);
        let list = self.tree.temp(list_type);
        let list = self.tree.local(list);
        let order = self.tree.temp(order_type);
        let order = self.tree.local(order);
        self.emit(StmtKind::Assign { dst: list, src: self.tree.zero(list_type), define: true });
        self.emit(StmtKind::Assign { dst: order, src: self.tree.zero(order_type), define: true });

        let mut chosen: Vec<Option<(&CommCase<'a>, Option<Received<'a>>)>> = vec![None; count];
        let (mut sends, mut recvs) = (0, 0);
        for case in cases {
            let Some(comm) = case.comm else { continue };
            self.tree.pos = comm.pos;
            let (at, chan, address, received) = match comm.kind {
                StmtKind::Send { chan, value } => {
                    let (chan, value) = (self.expr(chan), self.expr(value));
                    let address = self.address_of(value);
                    sends += 1;
                    (sends - 1, chan, Some(address), None)
                }
                _ => {
                    let Some((chan, elem, dsts)) = receive(comm) else { continue };
                    let chan = self.expr(chan);
                    recvs += 1;
                    let at = count - recvs;
                    match dsts[0].filter(|dst| !matches!(dst.kind, ExprKind::Blank)) {
                        None => (at, chan, None, Some(Received { place: None, dsts })),
                        // Order has given it a temporary.
                        Some(dst @ &Expr { kind: ExprKind::Local(id), .. })
                            if self.tree.variable(id).class == Class::Temp && dst.ty == elem =>
                        {
                            let address = self.tree.addr(dst);
                            (at, chan, Some(address), Some(Received { place: None, dsts }))
                        }
                        Some(_) => {
                            let place = self.tree.temp(elem);
                            let place = self.tree.local(place);
                            self.emit(StmtKind::Assign { dst: place, src: self.tree.zero(elem), define: true });
                            let address = self.tree.addr(place);
                            (at, chan, Some(address), Some(Received { place: Some(place), dsts }))
                        }
                    }
                }
            };
            let entry = self.tree.index(list, self.tree.int(at as i128));
            let chan = self.tree.nop(chan, Types::UNSAFE_POINTER);
            self.emit(StmtKind::Assign { dst: self.tree.field(entry, 0), src: chan, define: false });
            if let Some(address) = address {
                let address = self.tree.nop(address, Types::UNSAFE_POINTER);
                self.emit(StmtKind::Assign { dst: self.tree.field(entry, 1), src: address, define: false });
            }
            chosen[at] = Some((case, received));
        }

        let byte = self.tree.byte_pointer();
        let list_address = self.tree.addr(list);
        let list_address = self.tree.nop(list_address, byte);
        let order_address = self.tree.addr(order);
        let order_address = self.tree.nop(order_address, byte);
        let (sends, recvs) = (self.tree.int(sends as i128), self.tree.int(recvs as i128));
        let block = self.tree.bool(default.is_none());
        let results = self.tree.tuple(&[Types::INT, Types::BOOL]);
        let call = self.tree.rt(Rt::SelectGo, &[list_address, order_address, sends, recvs, block], results);
        let which = self.tree.temp(Types::INT);
        let which = self.tree.local(which);
        let ok = self.tree.temp(Types::BOOL);
        let ok = self.tree.local(ok);
        let dsts = self.tree.list(&[which, ok]);
        self.emit(StmtKind::Assign2Func { dsts, call, define: true });
        for temp in [list, order] {
            if let ExprKind::Local(id) = temp.kind {
                self.emit(StmtKind::VarKill(id));
            }
        }

        if let Some(default) = default {
            let none = self.tree.compare(BinOp::Lt, which, self.tree.int(0));
            let then = self.apart(|w| {
                w.stmts(default.body);
                w.emit(StmtKind::Goto(end));
            });
            self.out.push(self.tree.cond(none, then, Vec::new()));
        }
        for (at, case) in chosen.into_iter().enumerate() {
            let Some((case, received)) = case else { continue };
            self.tree.pos = case.pos;
            let this = self.tree.compare(BinOp::Eq, which, self.tree.int(at as i128));
            let then = self.apart(|w| {
                if let Some(Received { place, dsts: [value, flag] }) = received {
                    if let (Some(place), Some(value)) = (place, value) {
                        w.assign(value, place);
                    }
                    if let Some(flag) = flag {
                        w.assign_bool(flag, ok);
                    }
                }
                w.stmts(case.body);
                w.emit(StmtKind::Goto(end));
            });
            self.out.push(self.tree.cond(this, then, Vec::new()));
        }
    }
}

/// Where a case puts what it receives: first into a place of its own.
#[derive(Clone, Copy)]
struct Received<'a> {
    place: Option<E<'a>>,
    dsts: [Option<E<'a>>; 2],
}

/// Channel, type of what comes, and destinations of a case that receives.
fn receive<'a>(comm: &Stmt<'a>) -> Option<(E<'a>, Ty, [Option<E<'a>>; 2])> {
    let (src, dsts) = match comm.kind {
        StmtKind::Expr(e) => (e, [None, None]),
        StmtKind::Assign { dst, src, .. } => (src, [Some(dst), None]),
        StmtKind::Assign2Ok { dsts: [value, ok], src, .. } => (src, [Some(value), Some(ok)]),
        _ => return None,
    };
    // Between channel and destination there may be a conversion.
    let mut e = src;
    loop {
        match e.kind {
            ExprKind::Recv(chan) => return Some((chan, e.ty, dsts)),
            ExprKind::Convert { x, .. } => e = x,
            _ => return None,
        }
    }
}
