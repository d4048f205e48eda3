import { type MouseEvent, type ReactNode, useSyncExternalStore } from 'react'

const MOVED = 'sandbox:moved'

function subscribe(listener: () => void) {
  window.addEventListener('popstate', listener)
  window.addEventListener(MOVED, listener)
  return () => {
    window.removeEventListener('popstate', listener)
    window.removeEventListener(MOVED, listener)
  }
}

/** The current path with its query; the component draws again when it changes. */
export function usePlace(): URL {
  return new URL(useSyncExternalStore(subscribe, () => window.location.href))
}

export function navigate(path: string): void {
  history.pushState(null, '', path)
  window.dispatchEvent(new Event(MOVED))
  window.scrollTo(0, 0)
}

export interface PageLinkProps {
  href: string
  className?: string
  current?: boolean
  children: ReactNode
}

/** A link to another page of the sandbox, without loading the document again. */
export function PageLink({ href, className, current, children }: PageLinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    navigate(href)
  }
  return (
    <a href={href} className={className} aria-current={current ? 'page' : undefined} onClick={follow}>
      {children}
    </a>
  )
}
