import { Flex, Heading, LoadingButton, LoadingSpinner, Text, TextArea } from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import type { Pipeline } from '@stagecue/shared/contract/pipeline.ts'
import type { Place, Places } from '@stagecue/shared/contract/place.ts'
import { useCallback, useRef } from 'react'
import { OvertakenNotice } from './OvertakenNotice.tsx'
import { PlaceStages } from './PlaceStages.tsx'
import { placesOf, type StagesByPlace, stagesOf, withStages } from './place-lines.ts'
import { sameValue } from './sequence-draft.ts'
import type { EditingTabProps } from './settings-tools.ts'
import { LoadFailed, ProblemNotice, StaleNotice } from './shared-views.ts'
import { textEvents } from './text-events.ts'
import { useDraft } from './use-draft.ts'
import { useUnsaved } from './use-unsaved.ts'

const MOST = 20

export interface PlacesSectionProps extends EditingTabProps {
  pipelines: readonly Pipeline[]
}

/** Stagecue's own pipeline: the places that steps put contacts to, shown on the deal's card. */
export function PlacesSection(props: PlacesSectionProps) {
  const { api, mayConfigure } = props
  const [loaded, { reload }] = useLoad(useCallback(() => api.listPlaces(), [api]))
  return (
    <Flex direction="column" gap="small">
      <Heading>Places</Heading>
      <Text>
        Stagecue’s own pipeline, apart from HubSpot’s stages: a step of a sequence puts a contact to a place, and the
        deal’s card shows it.
      </Text>
      {loaded.kind === 'loading' ? <LoadingSpinner label="Loading places" showLabel={true} /> : null}
      {loaded.kind === 'failed' ? (
        <LoadFailed
          title="The places could not be loaded"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
      ) : null}
      {loaded.kind === 'ready' ? <StaleNotice stale={loaded.stale} /> : null}
      {loaded.kind === 'ready' && mayConfigure ? <PlacesForm {...props} {...loaded.value} onChanged={reload} /> : null}
      {loaded.kind === 'ready' && !mayConfigure ? (
        <Text>{loaded.value.places.map(({ name }) => name).join(', ') || 'There is no place yet.'}</Text>
      ) : null}
    </Flex>
  )
}

interface PlacesFormProps extends PlacesSectionProps, Places {
  onChanged: () => Promise<void>
}

/** The list as a form holds it. */
interface PlacesDraft {
  lines: string
  stages: StagesByPlace
  revision: number
  /** As they are saved, with the ids that the lines keep. */
  saved: readonly Place[]
}

const WORDS = {
  lines: (saved: string) => `Places: ${saved.split('\n').join(', ')}`,
  stages: () => 'Other stages of HubSpot that lead to the places',
}

function PlacesForm({ places, revision, pipelines, api, tools, onChanged, onUnsaved }: PlacesFormProps) {
  const form = useDraft<PlacesDraft>(draftOf({ places, revision }))
  const { lines: text, stages, saved } = form.draft
  // Made once for a list as it is typed over what is saved: a second try after a lost answer must say the same, or it is
  // another change under the same key.
  const made = useRef<{ lines: string; revision: number; places: Place[] } | null>(null)
  const saving = useChange(
    (input: PlacesDraft, idempotencyKey) => {
      const { lines, revision } = input
      if (made.current?.lines !== lines || made.current.revision !== revision) {
        made.current = { lines, revision, places: placesOf(lines, input.saved, tools.makeKey) }
      }
      const wanted = withStages(made.current.places, input.stages)
      return api.savePlaces({ places: wanted, revision, idempotencyKey })
    },
    {
      makeKey: tools.makeKey,
      onDone: (answer) => {
        form.take(draftOf(answer))
        tools.addAlert({ type: 'success', message: 'Saved the places.' })
        void onChanged()
      },
      onDoubt: () => void onChanged(),
    },
  )
  const names = text.split('\n').filter((line) => line.trim() !== '')
  const problem = names.length > MOST ? `At most ${MOST} places.` : null
  const impossible = problem !== null || names.length === 0
  const unchanged = text.trim() === linesOf(saved) && sameValue(stages, stagesOf(saved))
  useUnsaved(!unchanged, onUnsaved)
  return (
    <Flex direction="column" gap="small">
      <TextArea
        label="Places in their order"
        name="places"
        description="One a line, for example New, In conversation, Won over. Contacts at a place you take off the list stay there."
        rows={4}
        value={text}
        readOnly={saving.busy}
        error={problem !== null}
        validationMessage={problem ?? ''}
        {...textEvents((lines) => form.change(() => ({ lines })))}
      />
      <PlaceStages
        pipelines={pipelines}
        places={saved}
        stages={stages}
        busy={saving.busy}
        onStages={(edit) => form.change((before) => ({ stages: edit(before.stages) }))}
      />
      <ProblemNotice title="The places were not saved" error={saving.error} />
      <OvertakenNotice form={form} words={WORDS} />
      <Flex direction="row">
        <LoadingButton
          onClick={() => saving.run(form.draft)}
          variant="secondary"
          size="sm"
          loading={saving.busy}
          disabled={impossible || unchanged || saving.busy}
        >
          Save places
        </LoadingButton>
      </Flex>
    </Flex>
  )
}

function draftOf({ places, revision }: Places): PlacesDraft {
  return { lines: linesOf(places), stages: stagesOf(places), revision, saved: places }
}

function linesOf(places: readonly Place[]): string {
  return places.map(({ name }) => name).join('\n')
}
