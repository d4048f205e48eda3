import type { ReactNode } from 'react'
import { readInitials } from '../data/format.ts'
import type { Portal } from '../data/types.ts'
import { Clock } from './clock.tsx'
import { PageLink } from './router.tsx'

interface ShellProps {
  page: string
  portal: Portal | undefined
  /** The app and the sandbox share a clock that can be moved. */
  hasClock: boolean
  children: ReactNode
}

/** The frame of every page. It says on each of them that this is not HubSpot. */
export function Shell({ page, portal, hasClock, children }: ShellProps) {
  const id = portal?.portalId
  return (
    <div className="shell">
      <p className="stand-in">Local stand-in for HubSpot — not HubSpot</p>
      <header className="topbar">
        <PageLink href="/" className="brand">
          Sandbox
        </PageLink>
        <nav aria-label="Pages">
          <PageLink href="/" current={page === ''}>
            Portals
          </PageLink>
          {portal && (
            <>
              <PageLink href={`/board/${id}`} current={page === 'board' || page === 'deals' || page === 'contacts'}>
                Deals
              </PageLink>
              <PageLink href={`/settings/${id}`} current={page === 'settings'}>
                App settings
              </PageLink>
            </>
          )}
          <PageLink href={portal ? `/inbox?portalId=${id}` : '/inbox'} current={page === 'inbox'}>
            Inbox
          </PageLink>
        </nav>
        {hasClock && <Clock />}
        {portal && (
          <div className="who">
            <div>
              <strong>{portal.name}</strong>
              <small>{portal.user.name}</small>
            </div>
            <span className="avatar" aria-hidden="true">
              {readInitials(portal.user.name)}
            </span>
          </div>
        )}
      </header>
      <main>{children}</main>
    </div>
  )
}
