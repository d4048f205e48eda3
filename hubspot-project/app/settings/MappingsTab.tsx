import { LoadingSpinner } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import { useCallback } from 'react'
import { Mappings } from './Mappings.tsx'
import type { EditingTabProps } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'

/** Which stage starts which sequence. */
export function MappingsTab(props: EditingTabProps) {
  const { api } = props
  const [loaded, { reload, take }] = useLoad(
    useCallback(async () => {
      const [mappings, pipelines, sequences, approvals] = await Promise.all([
        api.listMappings(),
        api.listPipelines(),
        api.listSequences(),
        api.listApprovals(),
      ])
      return { ...mappings, ...pipelines, ...sequences, ...approvals }
    }, [api]),
  )
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
  return (
    <Mappings
      {...props}
      {...loaded.value}
      stale={loaded.stale}
      onReload={() => void reload()}
      onMappings={(change) => {
        take((before) => ({ ...before, mappings: change(before.mappings) }))
        void reload()
      }}
    />
  )
}
