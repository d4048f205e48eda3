import { useState } from 'react'
import { call } from '../data/call.ts'
import type { Mail } from '../data/types.ts'
import { useToasts } from './toasts.tsx'

const BUTTONS = [
  { kind: 'reply', label: 'Reply', done: 'The contact replied.' },
  { kind: 'away', label: 'Out of office', done: 'The contact’s mailbox answered: out of office.' },
  { kind: 'bounce', label: 'Bounce', done: 'The contact’s mail server sent the mail back.' },
  { kind: 'unsubscribe', label: 'Unsubscribe', done: 'The contact’s mail program asked to unsubscribe.' },
  { kind: 'complaint', label: 'Report as spam', done: 'The contact’s provider sent an abuse report.' },
] as const

/** What may come back to a mail of a sequence: each button sends the real mail, over SMTP, to the mailbox that Stagecue reads. */
export function AnswerButtons({ mail }: { mail: Mail }) {
  const { showToast } = useToasts()
  const [busy, setBusy] = useState(false)
  const header = (name: string) => mail.headers.find((one) => one.name.toLowerCase() === name)?.value
  if (!header('list-id')) return null

  async function send(kind: string, done: string) {
    setBusy(true)
    try {
      await call(`/sandbox/inbox/${encodeURIComponent(mail.id)}/answer`, { kind })
      showToast({ type: 'success', message: `${done} Stagecue reads it within a few seconds.` })
    } catch (error) {
      showToast({ type: 'danger', message: error instanceof Error ? error.message : String(error) })
    } finally {
      setBusy(false)
    }
  }

  const canUnsubscribe = header('list-unsubscribe')?.includes('<mailto:') ?? false
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form's, and there is none
    <div className="mail-answers" role="group" aria-label="What comes back">
      {BUTTONS.filter(({ kind }) => kind !== 'unsubscribe' || canUnsubscribe).map(({ kind, label, done }) => (
        <button
          key={kind}
          type="button"
          className="ui-button is-sm is-secondary"
          disabled={busy}
          onClick={() => void send(kind, done)}
        >
          {label}
        </button>
      ))}
    </div>
  )
}
