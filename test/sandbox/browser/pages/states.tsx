import type { ReactNode } from 'react'
import { Drawing } from '../components/icons.tsx'
import type { Loaded } from '../data/use-data.ts'

export function Loading({ what }: { what: string }) {
  return (
    <div className="page-state" role="status">
      <span className="ui-spinner is-md">
        <i aria-hidden="true" />
      </span>
      <p>Loading {what}…</p>
    </div>
  )
}

export function Failed({ what, error, onRetry }: { what: string; error: Error; onRetry(): void }) {
  return (
    <div className="page-state" role="alert">
      <Drawing kind="error" width={96} />
      <h2>Could not load {what}</h2>
      <p>{error.message}</p>
      <button type="button" className="ui-button is-secondary is-md" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="page-state">
      <Drawing kind="empty" width={96} />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
    </div>
  )
}

/** Shows what was loaded, or why it is not there. An error while old data is on screen is a line above it. */
export function Show<T>({ what, loaded, children }: { what: string; loaded: Loaded<T>; children(data: T): ReactNode }) {
  const { data, error, reload } = loaded
  if (data === undefined) {
    return error ? <Failed what={what} error={error} onRetry={() => void reload()} /> : <Loading what={what} />
  }
  return (
    <>
      {error && (
        <p className="stale" role="alert">
          Could not read {what} again: {error.message}
        </p>
      )}
      {children(data)}
    </>
  )
}
