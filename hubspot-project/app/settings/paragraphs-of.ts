/** `Text` folds line breaks, so each line becomes a text of its own. */
export function paragraphsOf(text: string): { key: string; text: string }[] {
  return text.split(/\r?\n/).flatMap((line, index) => (line.trim() === '' ? [] : [{ key: `${index}`, text: line }]))
}
