/** A mail as far as its turn is concerned. */
export interface Waiting {
  readonly sequenceId: string
}

/**
 * The order in which mails of a batch are given what room there is: sequences take turns, one mail each, so that a sequence
 * with a thousand mails leaves its place to one with a single mail. The sequence that was served longest ago begins
 * (`lastServed`; never served is longest ago), then the one whose mail came first. Within a sequence the order stays. Pure.
 */
export function orderFairly<M extends Waiting>(
  mails: readonly M[],
  lastServed: ReadonlyMap<string, Temporal.Instant>,
): M[] {
  const bySequence = Map.groupBy(mails, (mail) => mail.sequenceId)
  const queues = [...bySequence.entries()]
    .sort(([one], [other]) => compareServed(lastServed.get(one), lastServed.get(other)))
    .map(([, queue]) => queue)
  const rounds = Math.max(0, ...queues.map((queue) => queue.length))
  const ordered: M[] = []
  for (let round = 0; round < rounds; round++) {
    for (const queue of queues) {
      const mail = queue[round]
      if (mail) ordered.push(mail)
    }
  }
  return ordered
}

function compareServed(one: Temporal.Instant | undefined, other: Temporal.Instant | undefined): number {
  if (one && other) return Temporal.Instant.compare(one, other)
  return Number(one !== undefined) - Number(other !== undefined)
}
