import { Accordion, Text } from '@hubspot/ui-extensions'
import type { Formats } from '@stagecue/app-client'
import type { DecisionRow } from '@stagecue/shared/contract/enrollment.ts'
import { DecisionList } from './shared-views.ts'

export function WhySection({ decisions, formats }: { decisions: readonly DecisionRow[]; formats: Formats }) {
  return (
    <Accordion title={`Why (${decisions.length})`} size="sm">
      {decisions.length === 0 ? (
        <Text>Nothing was decided for this deal yet. A decision is made each time the deal enters a stage.</Text>
      ) : (
        <DecisionList decisions={decisions} formats={formats} />
      )}
    </Accordion>
  )
}
