import { expect, it } from 'vitest';
import { parseScheduler } from '../../src/init/gdbserver.ts';

/** Of valgrind 3.19, cut. */
const SAID = `
host stacktrace:
==27802==    at 0x58020C4A: ??? (in /usr/libexec/valgrind/callgrind-amd64-linux)
==27802==    by 0xDEADBEEFDEADBEEE: ???

sched status:
  running_tid=2

Thread 1: status = VgTs_WaitSys syscall 45 (lwpid 27802)
==27802==    at 0x4970974: recv (recv.c:28)
==27802==    by 0x139491: <std::net::udp::UdpSocket>::recv (unix.rs:289)
==27802==    by 0x1220D8: std::rt::lang_start::{{closure}} (in /var/task/bootstrap)
client stack range: [0x1FFEFFE000 0x1FFF000FFF] client SP: 0x1FFF0005B0

Thread 2: status = VgTs_Runnable (lwpid 27820)
==27802==    at 0x1213A0: plant::warm_cache::<(u8, u16)> (in /var/task/bootstrap)
==27802==    by 0x496EB4F: clone (clone.S:100)
`;

it('threads are read with their numbers and what they are in', () => {
  expect(parseScheduler(SAID)).toEqual([
    { slot: 1, thread: 27_802, stack: ['recv', '<std::net::udp::UdpSocket>::recv', 'std::rt::lang_start::{{closure}}'] },
    { slot: 2, thread: 27_820, stack: ['plant::warm_cache::<(u8, u16)>', 'clone'] },
  ]);
  expect(parseScheduler('no such process')).toEqual([]);
});
