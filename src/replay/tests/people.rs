//! What people say comes into the log later than into the journal: at the wave's end, or when the session goes on.

use super::timeline;
use crate::protocol::event::{Cause, Event, Limits};
use crate::protocol::tests::host::{Host, SEATS, agreeable, reply};
use crate::protocol::{Author, EntryNumber, Move, Phase};

#[test]
fn every_entry_is_found_where_it_came_into_the_log() {
    let mut host = Host::new(&SEATS);
    let said = |host: &mut Host| {
        let at = host.tick();
        let reply = reply("DIRECTION", vec![Move::Direct { text: "It must work offline.".to_owned() }]);
        host.append(Event::Asked { asks: vec![], at });
        host.append(Event::Posted { author: Author::Human, reply, at });
        at
    };
    host.run_until(agreeable, |s| s.phase() == Phase::Deliberation);
    said(&mut host);
    host.run_until(agreeable, |s| s.directions().len() == 1);
    let at = said(&mut host);
    host.append(Event::Suspended { cause: Cause::Interrupted, at });
    host.append(Event::Resumed { limits: Limits::default(), models: vec![], at });
    assert_eq!(host.session.directions().len(), 2);
    host.run(agreeable);
    let timeline = timeline(&host.events);
    for n in 1..=host.session.entries().len() as u32 {
        let records = timeline.of_entry(EntryNumber(n)).unwrap();
        assert!(timeline.at(records).last_entry().0 >= n, "#{n} is not there after record {records}");
        assert!(timeline.at(records - 1).last_entry().0 < n, "#{n} was there before record {records}");
    }
}
