import type { Contact, Portal } from '../data/types.ts'
import { useData } from '../data/use-data.ts'
import { Facts, Timeline } from './record.tsx'
import { PageLink } from './router.tsx'
import { Show } from './states.tsx'

export function ContactPage({ portal, contactId }: { portal: Portal; contactId: string }) {
  const path = `/sandbox/portals/${portal.portalId}/contacts/${encodeURIComponent(contactId)}`
  const contact = useData<Contact>(path, ['deal', 'timeline', 'mail'], String(portal.portalId))
  return (
    <Show what="the contact" loaded={contact}>
      {(data) => <ContactRecord contact={data} portal={portal} />}
    </Show>
  )
}

function ContactRecord({ contact, portal }: { contact: Contact; portal: Portal }) {
  return (
    <div className="record">
      <aside className="record-left">
        <section className="panel record-title">
          <PageLink href={`/board/${portal.portalId}`}>← Deals</PageLink>
          <h1>{contact.name}</h1>
          <p className="quiet">{[contact.title, contact.company].filter(Boolean).join(' at ')}</p>
        </section>
        <Facts
          title="About this contact"
          facts={[
            ['E-mail', contact.email],
            ['Phone number', contact.phone],
            ['Job title', contact.title],
            ['Company', contact.company],
            ['Record id', contact.id],
          ]}
        />
      </aside>
      <Timeline items={contact.timeline} />
      <aside className="record-right">
        <section className="panel" aria-label="Deals">
          <h2>Deals ({contact.deals.length})</h2>
          {contact.deals.length === 0 && <p className="quiet">This contact is on no deal.</p>}
          <ul className="people">
            {contact.deals.map((deal) => (
              <li key={deal.id}>
                <PageLink href={`/deals/${portal.portalId}/${deal.id}`}>{deal.name}</PageLink>
                <span>{deal.stageLabel}</span>
              </li>
            ))}
          </ul>
        </section>
      </aside>
    </div>
  )
}
