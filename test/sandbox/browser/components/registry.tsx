import type { ComponentType, ReactNode } from 'react'
import * as buttons from './buttons.tsx'
import * as choices from './choices.tsx'
import * as feedback from './feedback.tsx'
import { Icon, Illustration } from './icons.tsx'
import * as inputs from './inputs.tsx'
import * as layout from './layout.tsx'
import { Modal, ModalBody, ModalFooter, Panel, PanelBody, PanelFooter, PanelSection } from './overlays.tsx'
import * as tables from './tables.tsx'
import { Tab, Tabs } from './tabs.tsx'
import * as text from './text.tsx'
import { Tooltip } from './tooltip.tsx'

/** Components by the name a bundle asks for (HubSpot SDK, remote component registry). */
export const registry = {
  ...buttons,
  ...choices,
  ...feedback,
  ...inputs,
  ...layout,
  ...tables,
  ...text,
  Icon,
  Illustration,
  Modal,
  ModalBody,
  ModalFooter,
  Panel,
  PanelBody,
  PanelFooter,
  PanelSection,
  Tab,
  Tabs,
  Textarea: inputs.TextArea,
  Tooltip,
}

type AnyComponent = ComponentType<Record<string, unknown>>

const known = new Map<string, unknown>(Object.entries(registry))
const unknown = new Map<string, AnyComponent>()

/** The component of a name; one the sandbox does not draw becomes a labelled dashed box around its children. */
export function findComponent(type: unknown): AnyComponent {
  const name = String(type)
  const component = known.get(name) ?? unknown.get(name) ?? createBox(name)
  return component as AnyComponent
}

function createBox(name: string): AnyComponent {
  const Box = ({ children }: Record<string, unknown>) => (
    <div className="ui-unknown" data-unknown={name}>
      <small>{name}</small>
      {children as ReactNode}
    </div>
  )
  unknown.set(name, Box)
  return Box
}
