import { Divider, Flex } from '@hubspot/ui-extensions'
import type { Settings } from '@stagecue/shared/contract/installation.ts'
import { useState } from 'react'
import { AdminsForm } from './AdminsForm.tsx'
import { AdminsList } from './AdminsList.tsx'
import { ConnectionSection } from './ConnectionSection.tsx'
import { HealthSection } from './HealthSection.tsx'
import { HubSpotMailSection } from './HubSpotMailSection.tsx'
import { LateMailsSection } from './LateMailsSection.tsx'
import { PublishApprovalSection } from './PublishApprovalSection.tsx'
import { RulesSection } from './RulesSection.tsx'
import { StatusSection } from './StatusSection.tsx'
import { StopsSection } from './StopsSection.tsx'
import type { EditingTabProps } from './settings-tools.ts'
import { useUnsaved } from './use-unsaved.ts'

export interface OverviewTabProps extends EditingTabProps {
  settings: Settings
  userEmail: string
  onChanged: () => void
}

export function OverviewTab(props: OverviewTabProps) {
  const { settings, onChanged, onUnsaved } = props
  const [mail, setMail] = useState(false)
  const [admins, setAdmins] = useState(false)
  const [rules, setRules] = useState(false)
  useUnsaved(mail || admins || rules, onUnsaved)
  return (
    <Flex direction="column" gap="medium">
      <ConnectionSection {...props} connection={settings.connection} />
      <Divider />
      <HealthSection {...props} health={settings.health} onCheckAgain={onChanged} />
      <Divider />
      {settings.connection.status === 'disconnected' ? null : (
        <>
          <StopsSection {...props} sequenceId={null} />
          <Divider />
          <LateMailsSection {...props} />
          <Divider />
          <StatusSection {...props} />
          <Divider />
          <HubSpotMailSection {...props} onUnsaved={setMail} />
          <Divider />
        </>
      )}
      {props.mayConfigure ? (
        <AdminsForm {...props} {...settings.access} onUnsaved={setAdmins} />
      ) : (
        <AdminsList admins={settings.access.admins} />
      )}
      {settings.connection.status === 'disconnected' ? null : (
        <>
          <Divider />
          <PublishApprovalSection key={settings.access.admins.length} {...props} />
          <Divider />
          <RulesSection {...props} onUnsaved={setRules} />
        </>
      )}
    </Flex>
  )
}
