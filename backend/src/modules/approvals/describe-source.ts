/** Who made a large change, in words, from `sourceKey`: HubSpot's name of the kind and, where it says so, the number. Pure. */
export function describeSource(source: string): string {
  const [kind = '', id = ''] = source.split(' ')
  const user = /^userId:(\d+)$/.exec(id)?.[1]
  if (user) return `HubSpot user ${user}`
  if (kind === 'IMPORT') return id ? `import ${id}` : 'an import'
  if (kind.startsWith('AUTOMATION')) return 'workflows'
  if (kind === 'INTEGRATION' || kind === 'API') return id ? `app ${id}` : 'an app'
  return kind === '' ? 'an unknown source' : `HubSpot (${kind.toLowerCase().replaceAll('_', ' ')})`
}
