import type { Api, Formats, Timers } from '@stagecue/app-client'

/** The calls the settings page makes. */
export type SettingsApi = Omit<
  Api,
  | 'readDeal'
  | 'startSequence'
  | 'steerEnrollment'
  | 'previewResume'
  | 'resolveStep'
  | 'readMailToApprove'
  | 'approveMail'
>

/** What every tab may use besides its data. */
export interface SettingsTools {
  formats: Formats
  makeKey: () => string
  timers: Timers
  addAlert: (notice: { type: 'success' | 'warning'; message: string }) => void
  closeOverlay: (id: string) => void
}

export interface TabProps {
  api: SettingsApi
  tools: SettingsTools
  /** Whether the signed-in user may change settings. Our backend enforces it; here it only decides what is offered. */
  mayConfigure: boolean
}

export interface EditingTabProps extends TabProps {
  /** What is typed and not saved: leaving the tab asks first. */
  onUnsaved: (unsaved: boolean) => void
}
