import { Value } from 'typebox/value'
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { AppError } from '#core/errors.ts'
import type { Scenario } from '#shared/contract/scenario.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { MAX_FILE_CHARACTERS } from '#shared/contract/sequence-file.ts'
import { FileContent } from './file-schema.ts'
import { listMismatches, type Mismatch } from './list-mismatches.ts'
import type { AnySchema } from './order-by-schema.ts'
import { refuseTricks } from './refuse-tricks.ts'

/** Sentences of one refusal; the rest shows when these are corrected. */
const AT_ONCE = 5

export interface ReadSequence {
  readonly key: string
  readonly name: string
  readonly definition: SequenceDefinition
  /** Undefined: the file says nothing of them. */
  readonly scenarios: Scenario[] | undefined
  /** The line of a field, from 1: `['steps', 2, 'body']`. */
  lineOf(path: readonly (string | number)[]): number
}

/**
 * Reads a file: YAML 1.2, one document, data alone. Throws `invalid_input` whose sentences begin with "Line N" for everything
 * that is not a sequence of the contract: broken YAML, aliases, anchors, tags, a key twice, unknown or missing fields, values
 * that do not fit, and files of more than `MAX_FILE_CHARACTERS`. Templates, calendars and stories are not judged here. Pure.
 */
export function readFile(text: string): ReadSequence {
  if (text.length > MAX_FILE_CHARACTERS) {
    throw refuse([`The file is longer than ${MAX_FILE_CHARACTERS} characters, more than any sequence needs.`])
  }
  const source = text.replace(/^\ufeff/, '')
  refuseTricks(source)
  const lines = new LineCounter()
  const { document, content } = parse(source, lines)
  const lineOf = (path: Mismatch['path'], atKey = false) => findLine(document, lines, path, atKey)
  if (!Value.Check(FileContent, content)) {
    const found = listMismatches(FileContent as AnySchema, content)
    const sentences = found.map(({ path, atKey, sentence }) => `Line ${lineOf(path, atKey)}: ${sentence}`)
    throw refuse(sentences.length > 0 ? sentences : ['This is not a sequence.'])
  }
  const { format: _, key, name, scenarios, ...definition } = content
  return { key, name, definition, scenarios, lineOf }
}

function parse(source: string, lines: LineCounter): { document: Document; content: unknown } {
  try {
    const document = parseDocument(source, {
      version: '1.2',
      schema: 'core',
      merge: false,
      strict: true,
      uniqueKeys: true,
      stringKeys: true,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter: lines,
    })
    const problems = [...document.errors, ...document.warnings]
    if (problems.length > 0) {
      throw refuse(
        problems.map(({ message, pos }) => `Line ${lines.linePos(pos[0]).line}: ${message}.`.replace(/\.\.$/, '.')),
      )
    }
    return { document, content: document.toJS({ maxAliasCount: 0 }) }
  } catch (error) {
    // The library goes into what is nested by calling itself.
    if (error instanceof RangeError) throw refuse(['The file nests its parts too deep.'], error)
    throw error
  }
}

/** The line of a node; of one that is not there, of the nearest one around it. */
function findLine(document: Document, lines: LineCounter, path: Mismatch['path'], atKey: boolean): number {
  for (let length = path.length; length >= 0; length--) {
    const around = document.getIn(path.slice(0, length - 1), true)
    const last = path[length - 1]
    if (length > 0 && isMap(around)) {
      const pair = around.items.find(({ key }) => isScalar(key) && key.value === last)
      const node = atKey || !isNode(pair?.value) ? pair?.key : pair.value
      const start = isNode(node) ? (isNode(pair?.key) ? pair.key.range : node.range)?.[0] : undefined
      if (start !== undefined) return lines.linePos(start).line
    }
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

function refuse(sentences: readonly string[], cause?: unknown): AppError {
  const rest = sentences.length - AT_ONCE
  const shown = sentences.slice(0, AT_ONCE).join(' ')
  return new AppError('invalid_input', rest > 0 ? `${shown} And ${rest} more.` : shown, { field: 'text', cause })
}
