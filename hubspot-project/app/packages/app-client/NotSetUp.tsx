import { ErrorState, Text } from '@hubspot/ui-extensions'

/** Instead of everything when the profile names no server: then nothing can be asked. */
export function NotSetUp() {
  return (
    <ErrorState title="Stagecue is not set up">
      <Text>This version of the app does not know its server. Contact Stagecue support.</Text>
    </ErrorState>
  )
}
