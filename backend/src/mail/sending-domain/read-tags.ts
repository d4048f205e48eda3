/**
 * The tags of a DKIM or DMARC record (`name=value; …`, RFC 6376, 3.2), names in lower case. Undefined for a text that is no tag
 * list or names a tag twice.
 */
export function readTags(text: string): Map<string, string> | undefined {
  const tags = new Map<string, string>()
  for (const part of text.split(';')) {
    if (!part.trim()) continue
    const at = part.indexOf('=')
    const name = part.slice(0, at).trim().toLowerCase()
    if (at < 1 || !/^[a-z][a-z0-9_]*$/.test(name) || tags.has(name)) return undefined
    tags.set(name, part.slice(at + 1).trim())
  }
  return tags
}
