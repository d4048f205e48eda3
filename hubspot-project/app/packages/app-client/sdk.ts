import type * as HubSpotSdk from '@hubspot/ui-extensions'

/**
 * The SDK components the shared views are made of. They are handed in because HubSpot builds each extension alone and only
 * installs that extension's own packages: from here, `@hubspot/ui-extensions` and React's JSX runtime cannot be found.
 * (`react` itself can: the build leaves it to the worker. Hence the classic JSX in the views.)
 */
export type Sdk = Pick<
  typeof HubSpotSdk,
  | 'Accordion'
  | 'Alert'
  | 'Button'
  | 'ErrorState'
  | 'Flex'
  | 'LoadingButton'
  | 'Modal'
  | 'ModalBody'
  | 'ModalFooter'
  | 'StatusTag'
  | 'Table'
  | 'TableBody'
  | 'TableCell'
  | 'TableHead'
  | 'TableHeader'
  | 'TableRow'
  | 'Text'
>
