import { Button, EmptyState, Flex, LoadingButton, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { LoadFailed, ProblemNotice, StaleNotice, useChange, useLoad } from '@stagecue/app-client'
import type { MappingRow } from '@stagecue/shared/contract/mapping.ts'
import { useCallback, useState } from 'react'
import { MappingForm } from './MappingForm.tsx'
import { MappingTable } from './MappingTable.tsx'
import type { TabProps } from './settings-tools.ts'

/** Which stage starts which sequence. */
export function MappingsTab({ api, tools, mayConfigure }: TabProps) {
  const [loaded, { reload }] = useLoad(
    useCallback(async () => {
      const [mappings, pipelines, sequences] = await Promise.all([
        api.listMappings(),
        api.listPipelines(),
        api.listSequences(),
      ])
      return { ...mappings, ...pipelines, ...sequences }
    }, [api]),
  )
  const [editing, setEditing] = useState<MappingRow | 'new' | null>(null)
  const refreshing = useChange((_: null, idempotencyKey) => api.refreshPipelines({ idempotencyKey }), {
    makeKey: tools.makeKey,
    onDone: () => {
      tools.addAlert({ type: 'success', message: 'Pipelines and stages are up to date.' })
      void reload()
    },
  })

  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading mappings" showLabel={true} layout="centered" />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The mappings could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const { mappings, pipelines, refreshedAt, sequences } = loaded.value
  const onChanged = () => {
    setEditing(null)
    void reload()
  }
  return (
    <Flex direction="column" gap="medium">
      <StaleNotice stale={loaded.stale} />
      <Text>When a deal enters a mapped stage, its contacts are enrolled in the sequence.</Text>
      {mappings.length === 0 ? (
        <EmptyState title="No stage is mapped yet" layout="vertical" imageWidth={120}>
          <Text>Create a sequence first, then map the stage that should start it.</Text>
        </EmptyState>
      ) : (
        <MappingTable
          mappings={mappings}
          api={api}
          tools={tools}
          mayConfigure={mayConfigure}
          onEdit={setEditing}
          onChanged={onChanged}
        />
      )}
      {editing === null ? null : (
        <MappingForm
          key={editing === 'new' ? 'new' : `${editing.pipelineId} ${editing.stageId}`}
          editing={editing === 'new' ? null : editing}
          mappings={mappings}
          pipelines={pipelines}
          sequences={sequences}
          api={api}
          tools={tools}
          onSaved={onChanged}
          onCancel={() => setEditing(null)}
        />
      )}
      {mayConfigure && editing === null ? (
        <Flex direction="row" gap="small" wrap="wrap">
          <Button variant="primary" size="sm" onClick={() => setEditing('new')}>
            Add mapping
          </Button>
          <LoadingButton
            size="sm"
            loading={refreshing.busy}
            disabled={refreshing.busy}
            onClick={() => refreshing.run(null)}
          >
            Refresh pipelines
          </LoadingButton>
        </Flex>
      ) : null}
      <ProblemNotice title="The pipelines were not refreshed" error={refreshing.error} />
      <Text variant="microcopy">
        {refreshedAt === null
          ? 'Pipelines were never read from HubSpot. Choose Refresh pipelines.'
          : `Pipelines read from HubSpot ${tools.formats.momentAndDistance(refreshedAt)}.`}
      </Text>
    </Flex>
  )
}
