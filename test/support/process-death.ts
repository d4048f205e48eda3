/** Thrown where a process is killed: every query after it fails too, as here, so that it counts against no piece of work. */
export class ProcessDeath extends Error {
  readonly code = '57P01'
}
