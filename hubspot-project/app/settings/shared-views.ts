import {
  Accordion,
  Alert,
  Button,
  ErrorState,
  Flex,
  LoadingButton,
  Modal,
  ModalBody,
  ModalFooter,
  StatusTag,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import { createViews } from '@stagecue/app-client'
import { DECISION_OUTCOME } from '@stagecue/shared/vocabulary.ts'

export const { ConfirmButton, DecisionList, LoadFailed, NotSetUp, ProblemNotice, StaleNotice } = createViews(
  {
    Accordion,
    Alert,
    Button,
    ErrorState,
    Flex,
    LoadingButton,
    Modal,
    ModalBody,
    ModalFooter,
    StatusTag,
    Table,
    TableBody,
    TableCell,
    TableHead,
    TableHeader,
    TableRow,
    Text,
  },
  DECISION_OUTCOME,
)
