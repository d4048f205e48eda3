import { Liquid } from 'liquidjs'

/** The end tags and elsif, else, when belong to these. */
const TAGS: ReadonlySet<string> = new Set(['if', 'unless', 'case'])

/** Filters that cannot make a text longer than a small multiple of its input. `raw` must never be among them: it would switch escaping off. */
const FILTERS: ReadonlySet<string> = new Set([
  'default',
  'upcase',
  'downcase',
  'capitalize',
  'strip',
  'truncate',
  'truncatewords',
])

/**
 * Liquid without loops, assignments, includes and amplifying filters. The limits of liquidjs "are cooperative safeguards, not
 * strict runtime isolation" (its documentation): the allow-list is what removes that class of attack, the limits are the
 * second line. `html` escapes every output; a subject or plain text is not HTML and must stay as it is.
 */
export function createTemplateEngine(options: { html: boolean }): Liquid {
  const engine = new Liquid({
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    dynamicPartials: false,
    root: [],
    partials: [],
    layouts: [],
    templates: {},
    ...(options.html ? { outputEscape: 'escape' as const } : {}),
    // Characters and bytes. No limit in milliseconds: without loops the work is bounded by these, and by the clock of the wall a
    // busy machine would hold a mail that is in order.
    parseLimit: 50_000,
    memoryLimit: 1_000_000,
  })
  for (const tag of Object.keys(engine.tags)) if (!TAGS.has(tag)) delete engine.tags[tag]
  for (const filter of Object.keys(engine.filters)) if (!FILTERS.has(filter)) delete engine.filters[filter]
  return engine
}

export const textEngine = createTemplateEngine({ html: false })
export const htmlEngine = createTemplateEngine({ html: true })
