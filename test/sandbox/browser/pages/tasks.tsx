import { call } from '../data/call.ts'
import type { Deal, Portal } from '../data/types.ts'
import { useToasts } from './toasts.tsx'

interface TasksProps {
  deal: Deal
  portal: Portal
  reload(): Promise<void>
}

/** The tasks of a deal, with a button that ticks one off as a person in HubSpot does. */
export function Tasks({ deal, portal, reload }: TasksProps) {
  const { showToast } = useToasts()
  const complete = async (taskId: string) => {
    try {
      await call(`/sandbox/portals/${portal.portalId}/tasks/${encodeURIComponent(taskId)}/complete`, {})
      await reload()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      showToast({ type: 'danger', title: 'The task was not completed', message })
    }
  }
  if (deal.tasks.length === 0) return null
  return (
    <section className="panel" aria-label="Tasks">
      <h2>Tasks ({deal.tasks.length})</h2>
      <ul className="people">
        {deal.tasks.map((task) => (
          <li key={task.id}>
            <span>{task.subject}</span>
            {task.done ? (
              <span>Completed</span>
            ) : (
              <button type="button" className="ui-button is-secondary is-xs" onClick={() => void complete(task.id)}>
                Complete
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
