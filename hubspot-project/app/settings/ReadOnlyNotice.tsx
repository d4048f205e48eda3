import { Alert } from '@hubspot/ui-extensions'
import type { Settings } from '@stagecue/shared/contract/installation.ts'

/** Whom to ask when this user may only look. */
export function ReadOnlyNotice({ access }: { access: Settings['access'] }) {
  if (access.mayConfigure) return null
  const whom =
    access.admins.length === 0
      ? 'Ask the person who connected Stagecue to add you under Overview → Who may configure.'
      : `To change something, ask ${access.admins.join(', ')}.`
  return (
    <Alert title="You can look at these settings but not change them" variant="info">
      {whom}
    </Alert>
  )
}
