import { CST, Lexer, LineCounter } from 'yaml'
import { AppError } from '#core/errors.ts'

/** Brackets inside brackets, and dashes on one line; a sequence needs two of either. */
const DEEPEST = 20
/** Spaces before the parts of a file (not inside a text); a sequence needs eight. */
const WIDEST = 100

const REFUSED: Readonly<Record<string, string>> = {
  alias: 'uses an alias (*). Write the value out: files with aliases are not read.',
  anchor: 'uses an anchor (&). Take it away: files with anchors are not read.',
  tag: 'uses a tag (!). Take it away: values are read as text, numbers, yes and no alone.',
  'directive-line': 'begins with a directive (%). Take it away.',
}

/**
 * Looks at the words of a YAML file before anything is built from them: what can make much of little (aliases), what can make
 * something else than data (tags), and nesting without end are refused with their line. Throws `invalid_input`.
 */
export function refuseTricks(text: string): void {
  const lines = new LineCounter()
  let offset = 0
  let depth = 0
  let dashes = 0
  let literal = false
  lines.addNewLine(0)
  for (const match of text.matchAll(/\n/g)) lines.addNewLine(match.index + 1)
  const line = () => lines.linePos(offset).line
  for (const token of new Lexer().lex(text)) {
    if (token === CST.SCALAR) {
      literal = true
      continue
    }
    if (token === CST.DOCUMENT || token === CST.FLOW_END) continue
    const type = literal ? 'scalar' : CST.tokenType(token)
    literal = false
    const refusal = type ? REFUSED[type] : undefined
    if (refusal) throw refuse(line(), refusal)
    if (type === 'newline') dashes = 0
    if (type === 'seq-item-ind' || type === 'explicit-key-ind') dashes++
    if (dashes > DEEPEST || (type === 'space' && token.length > WIDEST))
      throw refuse(line(), 'nests its parts too deep.')
    if (type === 'flow-map-start' || type === 'flow-seq-start') depth++
    if (type === 'flow-map-end' || type === 'flow-seq-end') depth--
    if (depth > DEEPEST) throw refuse(line(), 'nests brackets too deep.')
    offset += token.length
  }
}

function refuse(line: number, sentence: string): AppError {
  return new AppError('invalid_input', `Line ${line} ${sentence}`, { field: 'text' })
}
