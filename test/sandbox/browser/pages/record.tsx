import type { ReactNode } from 'react'
import { formatTime } from '../data/format.ts'
import type { TimelineItem } from '../data/types.ts'
import { Empty } from './states.tsx'

/** Label and value pairs in the left column of a record. */
export function Facts({ title, facts }: { title: string; facts: [string, ReactNode][] }) {
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value ?? '—'}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

export function Timeline({ items }: { items: TimelineItem[] }) {
  return (
    <section className="timeline" aria-label="Activity">
      <h2>Activity</h2>
      {items.length === 0 && <Empty title="Nothing yet">What happens to this record shows here.</Empty>}
      <ol>
        {items.map((item, position) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an item written twice must show twice
          <li key={position} className="panel">
            <header>
              <strong>{item.title}</strong>
              <time dateTime={item.at}>{formatTime(item.at)}</time>
            </header>
            {item.detail && <p>{item.detail}</p>}
            {item.source && <small>{item.source}</small>}
          </li>
        ))}
      </ol>
    </section>
  )
}
