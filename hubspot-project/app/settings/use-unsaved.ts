import { useEffect } from 'react'

/** Tells the page whether a form holds what is not saved, as long as the form is there. */
export function useUnsaved(unsaved: boolean, onUnsaved: (unsaved: boolean) => void): void {
  useEffect(() => {
    onUnsaved(unsaved)
    return () => onUnsaved(false)
  }, [unsaved, onUnsaved])
}
