import { cleanLine } from './clean-text.ts'

export interface ThreadHeaders {
  readonly inReplyTo: string
  /** Message-IDs, oldest first. */
  readonly references: readonly string[]
}

/** RFC 5322, 2.1.1. We fold, but a relay may unfold: the whole field must fit. */
const LINE_OCTETS = 998
const FIELD_NAME = 'References: '

/**
 * What makes a mail continue a conversation (RFC 5322, 3.6.4). Pure. `earlier`: its Message-IDs with angle brackets, oldest
 * first. In-Reply-To is the last. What does not fit into References is left out after the first: the first and the latest are
 * what mail programs hang a thread on. Undefined when nothing is continued.
 */
export function threadHeaders(earlier: readonly string[]): ThreadHeaders | undefined {
  const ids = earlier.map(cleanLine).filter(Boolean)
  const [first, ...rest] = ids
  const last = ids.at(-1)
  if (first === undefined || last === undefined) return undefined
  let octets = FIELD_NAME.length + Buffer.byteLength(first)
  const latest: string[] = []
  for (const id of rest.toReversed()) {
    octets += 1 + Buffer.byteLength(id)
    if (octets > LINE_OCTETS) break
    latest.unshift(id)
  }
  return { inReplyTo: last, references: [first, ...latest] }
}
