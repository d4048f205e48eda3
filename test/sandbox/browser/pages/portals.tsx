import type { Portal } from '../data/types.ts'
import type { World } from './app.tsx'
import { PageLink } from './router.tsx'
import { Empty } from './states.tsx'

export function PortalsPage({ world }: { world: World }) {
  const { portals, config } = world
  return (
    <div className="page is-narrow">
      <h1>Portals</h1>
      <p className="lead">
        Each portal is one HubSpot account with its own deals, contacts and users. Connect Stagecue to one of them and
        move a deal.
      </p>
      {portals.length === 0 && <Empty title="No portals">The sandbox was started without portals.</Empty>}
      <div className="portal-grid">
        {portals.map((portal) => (
          <PortalCard
            key={portal.portalId}
            portal={portal}
            installUrl={new URL('/oauth/install', config.appUrl).href}
          />
        ))}
      </div>
      <section className="panel try-this" aria-labelledby="try-this">
        <h2 id="try-this">Try this</h2>
        <ol>
          <li>Connect Stagecue to a portal and allow access.</li>
          <li>Open the settings, write a sequence and map it to a deal stage.</li>
          <li>Open the board and drag a deal into that stage.</li>
          <li>Open the deal: the card in its sidebar shows the enrollment.</li>
          <li>
            Read the mails in the <PageLink href="/inbox">inbox</PageLink>.
          </li>
        </ol>
      </section>
    </div>
  )
}

function PortalCard({ portal, installUrl }: { portal: Portal; installUrl: string }) {
  return (
    <article className="panel portal" aria-label={portal.name}>
      <header>
        <h2>{portal.name}</h2>
        <span className="ui-status-tag">
          <i className={`ui-dot is-${portal.installed ? 'success' : 'default'}`} aria-hidden="true" />
          {portal.installed ? 'Connected' : 'Not connected'}
        </span>
      </header>
      <dl className="facts">
        <div>
          <dt>Portal id</dt>
          <dd>{portal.portalId}</dd>
        </div>
        <div>
          <dt>Domain</dt>
          <dd>{portal.domain}</dd>
        </div>
        <div>
          <dt>You are</dt>
          <dd>
            {portal.user.name} <small>{portal.user.email}</small>
          </dd>
        </div>
      </dl>
      <footer>
        <a className={`ui-button is-sm is-${portal.installed ? 'secondary' : 'primary'}`} href={installUrl}>
          {portal.installed ? 'Connect again' : 'Connect Stagecue'}
        </a>
        <PageLink className="ui-button is-sm is-secondary" href={`/board/${portal.portalId}`}>
          Open board
        </PageLink>
        <PageLink className="ui-button is-sm is-secondary" href={`/settings/${portal.portalId}`}>
          Settings
        </PageLink>
      </footer>
    </article>
  )
}
