// Package upload brings a folder of LDJSON to Gong, whatever breaks on the way.
//
// A Session joins a Client, which makes the calls, with a Store, the state
// folder. Upload goes through these steps:
//
//   - The planner compares every line with the State, which holds what Gong was
//     last sent, and cuts what is new, changed or deleted into parts. All parts
//     are on the disk, synced, before the first byte goes out.
//   - Each part is sent under a client request id of its own, kept over every
//     retry. An answer that proves neither yes nor no leaves the part unknown:
//     it is sent again under the same id, which Gong takes once (409 then means
//     that it had been taken). Without such a cause a 409 is nobody's yes.
//   - Parts of one phase are on their way together. A next object type, the
//     second half of changed users, and each file of history wait until Gong has
//     judged every part before.
//   - What Gong is known to have taken enters the state, in one step per part.
//     Lines that it may have taken are kept as unsure and sent again.
//
// The journal is written and synced before and after each step, and the ledger
// is what the journal tells, for the running process as for the one that
// resumes. So a process may be killed anywhere: Resume goes on with the bytes
// and ids of the journal, reads no input, loses nothing and sends nothing twice.
//
// One policy retries every call. One counter, shared by all runs of the state
// folder, also by those that run at the same time, keeps Gong's calls a second
// and a day. Nothing is replayed behind its back: every call has a connection of
// its own.
//
// The package prints nothing and reads no environment. Errors are *Error with
// the exit status that they ask for.
package upload
