import { Document, isScalar, Scalar, visit } from 'yaml'
import type { Scenario } from '#shared/contract/scenario.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { FileContent, FORMAT } from './file-schema.ts'
import { type AnySchema, orderBySchema } from './order-by-schema.ts'

export interface WrittenSequence {
  /** What files call the sequence. */
  readonly key: string
  readonly name: string
  readonly definition: SequenceDefinition
  /** Undefined: the file leaves them to the draft that it will become. */
  readonly scenarios?: readonly Scenario[] | undefined
  /** "draft" or "version 3", for the comment. */
  readonly what: string
}

const LONG_PARTS: ReadonlySet<unknown> = new Set(['calendar', 'steps', 'scenarios'])

/**
 * A sequence as YAML 1.2 for people: a comment on top, fields in the order of the contract, texts of several lines as blocks.
 * What `readFile` makes of it is the same definition with the same scenarios, character for character. Pure.
 */
export function writeFile({ key, name, definition, scenarios, what }: WrittenSequence): string {
  const content = orderBySchema(FileContent as AnySchema, { format: FORMAT, key, name, ...definition, scenarios })
  const document = new Document(content, { version: '1.2', aliasDuplicateObjects: false })
  document.commentBefore = head(what)
  visit(document, {
    Scalar(place, node) {
      if (place !== 'key' && isScalar(node) && typeof node.value === 'string') node.type = styleOf(node.value)
    },
    Pair(_place, pair) {
      // An empty line before the long parts: they are what is looked for.
      if (isScalar(pair.key) && LONG_PARTS.has(pair.key.value)) pair.key.spaceBefore = true
    },
  })
  return document.toString({
    lineWidth: 0,
    blockQuote: 'literal',
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  })
}

/** A block keeps every character of these; all others are written with escapes, which nothing changes on its way. */
function styleOf(text: string): Scalar.Type {
  const lines = text.split('\n')
  const printable =
    /^[\n\x20-\x7e\u00a1-\u200a\u2010-\u2027\u2030-\ud7ff\ue000-\ufefe\uff00-\uffef\u{10000}-\u{10fffd}]*$/u
  if (!printable.test(text)) return Scalar.QUOTE_DOUBLE
  // Other readers of YAML take 10:00 for a number and “no” for false.
  if (/^[\d.+-]|^(yes|no|on|off|y|n)$/i.test(text)) return Scalar.QUOTE_DOUBLE
  if (lines.length === 1) return Scalar.PLAIN
  // A block takes its indentation from its first line, and loses nothing but what stands at ends of lines.
  const plain = !/^[ \n]/.test(text) && !lines.some((line) => / $/.test(line)) && !/\n\n$/.test(text)
  return plain ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE
}

function head(what: string): string {
  return [
    ` A Stagecue sequence (${what}). Import it under Sequences in the app’s settings: it becomes a draft, never a live sequence.`,
    ' key: which sequence this is. An import replaces the draft of the sequence with this key, or makes a new one.',
    ' id of a step: keep it when you change the step. Running enrollments and differences are told by it.',
    ' leadsTo, otherwise, onEvent and onTimeout say where a step leads: next, end, or the id of a later step. A task’s onTimeout is go_on or stop.',
    ' Left out, stopOnMeeting and stopWhenClosed are on, onOwnerChange is hold (a person decides), and nothing is measured or held out.',
    ' scenarios: what the draft is tried with. Left out, an import leaves those of the draft alone; [] removes them.',
    ' Merge fields are written {{ contact.firstname | default: "there" }}.',
  ].join('\n')
}
