/** HubSpot calls `onInput` at each key and `onChange` when a field is left; both carry the same text. */
export function textEvents(set: (value: string) => void) {
  return { onInput: set, onChange: set }
}
