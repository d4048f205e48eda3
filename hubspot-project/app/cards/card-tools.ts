import type { Api, Formats } from '@stagecue/app-client'

/** The calls the card makes. */
export type CardApi = Pick<
  Api,
  | 'readDeal'
  | 'startSequence'
  | 'steerEnrollment'
  | 'previewResume'
  | 'resolveStep'
  | 'readMailToApprove'
  | 'approveMail'
>

/** What every part of the card may use besides its data. */
export interface CardTools {
  formats: Formats
  makeKey: () => string
  addAlert: (notice: { type: 'success'; message: string }) => void
  closeOverlay: (id: string) => void
}
