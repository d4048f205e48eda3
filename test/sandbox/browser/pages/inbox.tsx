import { useState } from 'react'
import { formatTime } from '../data/format.ts'
import type { Mail, MailRow, Portal } from '../data/types.ts'
import { useData } from '../data/use-data.ts'
import { AnswerButtons } from './answer-buttons.tsx'
import { LabeledSelect } from './labeled-select.tsx'
import { navigate, PageLink, usePlace } from './router.tsx'
import { Empty, Show } from './states.tsx'

/** Every mail the sandbox's mail server accepted, newest first. */
export function InboxPage({ portals }: { portals: Portal[] }) {
  const { searchParams } = usePlace()
  const portalId = searchParams.get('portalId') ?? ''
  const chosen = searchParams.get('id')
  const mails = useData<MailRow[]>(`/sandbox/inbox${portalId ? `?portalId=${encodeURIComponent(portalId)}` : ''}`, [
    'mail',
  ])
  return (
    <div className="page is-wide">
      <header className="page-header">
        <h1>Inbox</h1>
        <LabeledSelect
          label="Portal"
          layout="inline"
          value={portalId}
          options={[
            { id: '', label: 'All portals' },
            ...portals.map((portal) => ({ id: String(portal.portalId), label: portal.name })),
          ]}
          onChange={(id) => navigate(inboxPath(id))}
        />
      </header>
      <Show what="the inbox" loaded={mails}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title="No mail yet">Mails that Stagecue sends arrive here; nothing leaves this machine.</Empty>
          ) : (
            <div className="inbox">
              <MailList rows={rows} portalId={portalId} chosen={chosen ?? rows[0]?.id} />
              {(chosen ?? rows[0]?.id) && <MailView key={chosen ?? rows[0]?.id} id={chosen ?? rows[0]?.id ?? ''} />}
            </div>
          )
        }
      </Show>
    </div>
  )
}

function inboxPath(portalId: string, id?: string) {
  const query = new URLSearchParams({ ...(portalId ? { portalId } : {}), ...(id ? { id } : {}) }).toString()
  return query ? `/inbox?${query}` : '/inbox'
}

function MailList({ rows, portalId, chosen }: { rows: MailRow[]; portalId: string; chosen: string | undefined }) {
  return (
    <nav className="panel mail-list" aria-label="Mails">
      {rows.map((row) => (
        <PageLink key={row.id} href={inboxPath(portalId, row.id)} current={row.id === chosen} className="mail-row">
          <span className="mail-to">{row.to}</span>
          <time dateTime={row.at}>{formatTime(row.at)}</time>
          <strong>{row.subject || '(no subject)'}</strong>
          <span className="mail-snippet">{row.snippet}</span>
        </PageLink>
      ))}
    </nav>
  )
}

const VIEWS = ['HTML', 'Text', 'Headers', 'Source'] as const
type View = (typeof VIEWS)[number]

function MailView({ id }: { id: string }) {
  const mail = useData<Mail>(`/sandbox/inbox/${encodeURIComponent(id)}`)
  return (
    <article className="panel mail-view" aria-label="Mail">
      <Show what="the mail" loaded={mail}>
        {(data) => <MailContent mail={data} />}
      </Show>
    </article>
  )
}

function MailContent({ mail }: { mail: Mail }) {
  const views = VIEWS.filter((view) => view !== 'HTML' || mail.html)
  const [chosen, setChosen] = useState<View>(mail.html ? 'HTML' : 'Text')
  return (
    <>
      <h2>{mail.subject || '(no subject)'}</h2>
      <dl className="facts is-inline">
        <div>
          <dt>From</dt>
          <dd>{mail.from}</dd>
        </div>
        <div>
          <dt>To</dt>
          <dd>{mail.to}</dd>
        </div>
        <div>
          <dt>Sent</dt>
          <dd>{formatTime(mail.at)}</dd>
        </div>
      </dl>
      <AnswerButtons mail={mail} />
      <div role="tablist" aria-label="Views of the mail" className="view-tabs">
        {views.map((view) => (
          <button key={view} type="button" role="tab" aria-selected={view === chosen} onClick={() => setChosen(view)}>
            {view}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={chosen}>
        <MailBody mail={mail} view={chosen} />
      </div>
    </>
  )
}

function MailBody({ mail, view }: { mail: Mail; view: View }) {
  if (view === 'HTML') {
    // Links open in a tab of their own, which is no longer sandboxed: an unsubscribe page must work.
    return (
      <iframe
        className="mail-html"
        title="Mail as HTML"
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        srcDoc={wrapHtml(mail.html ?? '')}
      />
    )
  }
  if (view === 'Headers') {
    return (
      <table className="mail-headers">
        <tbody>
          {mail.headers.map((header, position) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: headers repeat and never move
            <tr key={position}>
              <th scope="row">{header.name}</th>
              <td>{header.value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )
  }
  return <pre className="mail-text">{view === 'Source' ? mail.raw : (mail.text ?? '(no text part)')}</pre>
}

/** A mail may hold anything: no scripts, no requests, links in a new tab. */
function wrapHtml(html: string) {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'"
  const head = `<meta http-equiv="Content-Security-Policy" content="${policy}"><base target="_blank">`
  return `<!doctype html>${head}<style>body{font:15px/1.55 system-ui,sans-serif;margin:16px;color:#22303a}</style>${html}`
}
