import { type ReactNode, useId } from 'react'

export interface FieldProps {
  label?: string | undefined
  required?: boolean | undefined
  description?: string | undefined
  tooltip?: string | undefined
  error?: boolean | undefined
  validationMessage?: string | undefined
}

/** A labelled control with its description and validation message, wired together for assistive technology. */
export function Field({
  props,
  children,
}: {
  props: FieldProps
  children(control: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }): ReactNode
}) {
  const id = useId()
  const { label, required, description, tooltip, error, validationMessage } = props
  const notes = [description && `${id}-description`, validationMessage && `${id}-message`].filter(Boolean).join(' ')
  return (
    <div className="ui-field">
      {label && (
        <div className="ui-field-label">
          <label htmlFor={id} className={required ? 'is-required' : ''}>
            {label}
          </label>
          {tooltip && <Hint text={tooltip} />}
        </div>
      )}
      {children({ id, ...(notes ? { 'aria-describedby': notes } : {}), ...(error ? { 'aria-invalid': true } : {}) })}
      {description && (
        <small id={`${id}-description`} className="ui-field-note">
          {description}
        </small>
      )}
      {validationMessage && (
        <small id={`${id}-message`} className={`ui-field-note ${error ? 'is-error' : 'is-success'}`}>
          {validationMessage}
        </small>
      )}
    </div>
  )
}

export function Hint({ text }: { text: string }) {
  return (
    <span className="ui-hint" role="img" aria-label={text} title={text}>
      ?
    </span>
  )
}
