import { Button, Flex, Text } from '@hubspot/ui-extensions'
import type { EmailStep } from '@stagecue/shared/contract/sequence.ts'
import { EmailFields, type EmailFieldsProps } from './EmailFields.tsx'
import { addVariant, type ChangeStep, MAX_VARIANTS, patchVariant, removeVariant } from './step-kinds.ts'

export interface VariantFieldsProps extends Omit<EmailFieldsProps, 'onChange' | 'title' | 'problem'> {
  makeKey: () => string
  /** A refusal about the step; its field names the variant, `variants.1.subject`. */
  problem: EmailFieldsProps['problem']
  onChange: ChangeStep<EmailStep>
}

const LETTERS = 'ABCD'

/** The ways a mail is written: each contact gets one of them, chosen by chance once and for all. */
export function VariantFields({ step, position, problem, makeKey, onChange, ...shared }: VariantFieldsProps) {
  const { variants } = step
  const { readOnly } = shared
  if (!variants) return null
  return (
    <Flex direction="column" gap="small">
      <Text>Each contact gets one of these variants. The Numbers tab tells how each one does.</Text>
      {variants.map((variant, place) => (
        <Flex key={variant.id} direction="column" gap="extra-small">
          <EmailFields
            {...shared}
            step={{ ...variant, kind: 'email' }}
            position={position}
            title={`variant ${LETTERS[place]} of step ${position}`}
            problem={problemOf(problem, place)}
            onChange={(patch) => onChange((before) => patchVariant(before, variant.id, patch))}
          />
          {readOnly ? null : (
            <Flex direction="row" gap="small">
              <Button
                size="xs"
                variant="secondary"
                onClick={() => onChange((before) => removeVariant(before, variant.id))}
              >{`Remove variant ${LETTERS[place]}`}</Button>
            </Flex>
          )}
        </Flex>
      ))}
      {readOnly ? null : (
        <Flex direction="row" gap="small">
          <Button
            size="xs"
            variant="secondary"
            disabled={variants.length >= MAX_VARIANTS}
            onClick={() => onChange((before) => addVariant(before, makeKey))}
          >
            Add variant
          </Button>
        </Flex>
      )}
    </Flex>
  )
}

function problemOf(problem: EmailFieldsProps['problem'], place: number): EmailFieldsProps['problem'] {
  const found = /^variants\.(\d+)\.(\w+)$/.exec(problem?.field ?? '')
  if (!problem || !found || Number(found[1]) !== place) return null
  return { field: found[2] ?? '', message: problem.message }
}
