/**
 * How threads share the chunks of a phase. One thread leads: it says what the phase is, takes chunks like the others, and goes on when all
 * chunks are done. The others help: they take chunks while there are any, and wait for the next phase. Knows no network.
 *
 * No chunk belongs to a thread. Each thread begins with its own range of them, then takes what the ranges of others still have. So a helper
 * that the machine does not let run, that has not started yet or has ended costs no more than its help: the leader waits only for chunks that
 * somebody has begun.
 *
 * A helper may look at a phase when it is over. It must not take a chunk of the next one for that. So every claim names its phase by the
 * ticket, and is one atomic step. What a phase works on is read only after a claim, when the phase cannot end. Only its code is read before:
 * src/ overwrites that when it ends a fit whose leader was stopped, and helpers then finish what that leader began.
 *
 *   ticket      even: the name of a phase; odd: the leader is writing how many chunks the next one has
 *   claim i     (ticket, chunks of range i that are taken, counted from its start): as long as it names an earlier ticket, none is taken
 *   done        chunks of this phase that helpers have finished
 *
 * All accesses that decide something are atomic, hence in one order for all threads; what a phase works on lies in plain memory between them.
 */
import {
  PHASE_END, TEAM_ACTIVE, TEAM_CHUNKS, TEAM_CLAIM_BYTES, TEAM_CLAIMS, TEAM_DONE, TEAM_SLEEPERS, TEAM_TICKET, TEAM_WAITING,
} from '../../abi';
import { Team } from '../../records';
import { doChunk } from './parts';

/**
 * How often the leader looks whether helpers are done before it sleeps: about 150 microseconds. To wake it takes 50, and a chunk lasts up to
 * 100. With 20,000, 784-128-10 in batches of 256 has 0.94 of the speed.
 */
const LEADER_SPINS: i32 = 200000;
/**
 * How often a helper looks for the next phase before it sleeps: at most for about 1.5 milliseconds, longer than the leader needs between two
 * slices of a fit. A core that sleeps may take long to wake, above all in a virtual machine. Each time that this was in vain it looks half as
 * long the next time, else twice as long: where helper and leader have to share a core, the leader comes to nothing while its helper looks.
 */
const MOST_SPINS: i32 = 2000000;
const LEAST_SPINS: i32 = 20000;

/** The leader has the team's phase done, by `active` threads. `chunks` is at least 1. Returns when all of it is done. */
export function share(team: Team, chunks: i32, active: i32): void {
  const address = changetype<usize>(team);
  assert(chunks > 0 && active > 0 && active <= team.threadCount && (team.ticket & 1) == 0);
  atomic.store<i32>(address, team.ticket + 1, TEAM_TICKET);
  atomic.store<i32>(address, chunks, TEAM_CHUNKS);
  atomic.store<i32>(address, active, TEAM_ACTIVE);
  atomic.store<i32>(address, 0, TEAM_DONE);
  const ticket = team.ticket + 1;
  atomic.store<i32>(address, ticket, TEAM_TICKET);
  wake(address);
  const done = takeChunks(team, team.phase, 0, ticket, chunks, active);
  const missing = chunks - done;
  for (let spin = 0; spin < LEADER_SPINS; spin++) {
    if (atomic.load<i32>(address, TEAM_DONE) == missing) return;
  }
  atomic.store<i32>(address, 1, TEAM_WAITING);
  for (let now = atomic.load<i32>(address, TEAM_DONE); now != missing; now = atomic.load<i32>(address, TEAM_DONE)) {
    atomic.wait<i32>(address + TEAM_DONE, now, -1);
  }
  atomic.store<i32>(address, 0, TEAM_WAITING);
}

/** Helpers sleep until the ticket changes. */
function wake(address: usize): void {
  if (atomic.load<i32>(address, TEAM_SLEEPERS) > 0) atomic.notify(address + TEAM_TICKET, -1);
}

/** The work of helper `index`, from 1 on: phase after phase, until src/ ends the fit, or another one has begun. */
export function help(team: Team, index: i32, session: i32): void {
  const address = changetype<usize>(team);
  let seen = atomic.load<i32>(address, TEAM_TICKET) - 2;
  let spins = MOST_SPINS;
  while (true) {
    let ticket = lookForTicket(address, seen, spins);
    const isHere = isNext(ticket, seen);
    spins = isHere ? min(spins << 1, MOST_SPINS) : max(spins >> 1, LEAST_SPINS);
    if (!isHere) ticket = sleepForTicket(address, seen, ticket);
    const phase = team.phase;
    const ours = team.session == session;
    const chunks = atomic.load<i32>(address, TEAM_CHUNKS);
    const active = atomic.load<i32>(address, TEAM_ACTIVE);
    // What was read belongs to this ticket only if it is still there.
    if (atomic.load<i32>(address, TEAM_TICKET) != ticket) continue;
    if (!ours || phase == PHASE_END) return;
    seen = ticket;
    if (index >= active) continue;
    const done = takeChunks(team, phase, index, ticket, chunks, active);
    if (done == 0) continue;
    atomic.add<i32>(address, done, TEAM_DONE);
    if (atomic.load<i32>(address, TEAM_WAITING) != 0) atomic.notify(address + TEAM_DONE, -1);
  }
}

/** Whether a ticket names a phase after `seen`. While it is odd, the leader is between two phases. */
// @ts-ignore: decorator
@inline
function isNext(ticket: i32, seen: i32): bool {
  return ticket != seen && (ticket & 1) == 0;
}

/** Looks for a phase after `seen`, so many times. Returns the ticket that it saw last. */
function lookForTicket(address: usize, seen: i32, spins: i32): i32 {
  let ticket = seen;
  for (let spin = 0; spin < spins; spin++) {
    ticket = atomic.load<i32>(address, TEAM_TICKET);
    if (isNext(ticket, seen)) break;
  }
  return ticket;
}

/** Sleeps until there is a phase after `seen`. `ticket` is what it saw last: if that has changed, it does not sleep. */
function sleepForTicket(address: usize, seen: i32, ticket: i32): i32 {
  while (!isNext(ticket, seen)) {
    atomic.add<i32>(address, 1, TEAM_SLEEPERS);
    atomic.wait<i32>(address + TEAM_TICKET, ticket, -1);
    atomic.sub<i32>(address, 1, TEAM_SLEEPERS);
    ticket = atomic.load<i32>(address, TEAM_TICKET);
  }
  return ticket;
}

/** Takes and does chunks until none is left. Returns how many. */
function takeChunks(team: Team, phase: i32, index: i32, ticket: i32, chunks: i32, active: i32): i32 {
  const leads = index == 0;
  let done = 0;
  for (let i = 0; i < active; i++) {
    const range = index + i < active ? index + i : index + i - active;
    const start = chunks * range / active;
    const count = chunks * (range + 1) / active - start;
    const claims = changetype<usize>(team) + TEAM_CLAIMS + <usize>range * TEAM_CLAIM_BYTES;
    for (let taken = claim(claims, ticket, count, leads); taken >= 0; taken = claim(claims, ticket, count, leads)) {
      doChunk(team, phase, start + taken, chunks, index);
      done++;
    }
  }
  return done;
}

/**
 * Takes the next chunk of a range. Returns its number there, or -1 if there is none, or the phase of this ticket is over. That is so when the
 * claim names a later one. For the leader there is none: such a claim was left 2^30 phases ago or more, in a range that no phase had since.
 */
function claim(claims: usize, ticket: i32, count: i32, leads: bool): i32 {
  let found = atomic.load<i64>(claims);
  while (true) {
    const ahead = <i32>(found >> 32) - ticket;
    const next = ahead == 0 ? <i32>found : 0;
    if (ahead > 0 && !leads || next >= count) return -1;
    const before = atomic.cmpxchg<i64>(claims, found, (<i64>ticket << 32) | <i64>(next + 1));
    if (before == found) return next;
    found = before;
  }
}
