export const possibleTypes: Record<string, string[]> = {
  "CancelDeliveryResult": [
    "CancelDeliveryPayload",
    "DeliveryNotFoundError",
    "DeliveryNotPendingError",
    "InputError"
  ],
  "CancelReplayResult": [
    "InputError",
    "ReplayNotFoundError",
    "ReplayOverError",
    "ReplayPayload"
  ],
  "CreateApiKeyResult": [
    "CreateApiKeyPayload",
    "InputError"
  ],
  "CreateOrganizationResult": [
    "CreateOrganizationPayload",
    "InputError",
    "OrganizationNameTakenError"
  ],
  "CreateSavedSchemaResult": [
    "InputError",
    "SavedSchemaNameTakenError",
    "SavedSchemaPayload"
  ],
  "CreateWebhookResult": [
    "CreateWebhookPayload",
    "InputError",
    "SavedSchemaNotFoundError",
    "WebhookFilterEmptyError",
    "WebhookUrlRefusedError"
  ],
  "DeleteSavedSchemaResult": [
    "DeleteSavedSchemaPayload",
    "InputError",
    "SavedSchemaInUseError",
    "SavedSchemaNotFoundError"
  ],
  "DeleteWebhookResult": [
    "DeleteWebhookPayload",
    "InputError",
    "WebhookNotFoundError"
  ],
  "DiagnoseSignatureResult": [
    "DeliveryNotFoundError",
    "InputError",
    "SignatureReport",
    "WebhookNotFoundError"
  ],
  "DisableWebhookResult": [
    "InputError",
    "WebhookNotFoundError",
    "WebhookPayload"
  ],
  "EnableWebhookResult": [
    "InputError",
    "WebhookNotFoundError",
    "WebhookPayload"
  ],
  "EraseImportResult": [
    "ErasePayload",
    "ImportNotFoundError",
    "InputError"
  ],
  "EraseUserResult": [
    "ErasePayload",
    "InputError"
  ],
  "Node": [
    "ApiKey",
    "Attempt",
    "Delivery",
    "Destination",
    "Event",
    "Import",
    "Organization",
    "Replay",
    "SavedSchema",
    "Webhook"
  ],
  "PauseReplayResult": [
    "InputError",
    "ReplayNotFoundError",
    "ReplayOverError",
    "ReplayPayload"
  ],
  "RedeliverResult": [
    "DeliveryBlockedError",
    "DeliveryErasedError",
    "DeliveryNotFoundError",
    "DeliverySupersededError",
    "DeliveryUnderWayError",
    "InputError",
    "RedeliverPayload"
  ],
  "Refusal": [
    "ApiKeyNotFoundError",
    "DeliveryBlockedError",
    "DeliveryErasedError",
    "DeliveryNotFoundError",
    "DeliveryNotPendingError",
    "DeliverySupersededError",
    "DeliveryUnderWayError",
    "ImportConflictError",
    "ImportNotFoundError",
    "InputError",
    "InvalidImportTransitionError",
    "OrganizationNameTakenError",
    "ReplayLimitError",
    "ReplayNotFoundError",
    "ReplayOverError",
    "SavedSchemaInUseError",
    "SavedSchemaNameTakenError",
    "SavedSchemaNotFoundError",
    "WebhookDisabledError",
    "WebhookFilterEmptyError",
    "WebhookNotFoundError",
    "WebhookUrlRefusedError"
  ],
  "RenameSavedSchemaResult": [
    "InputError",
    "SavedSchemaNameTakenError",
    "SavedSchemaNotFoundError",
    "SavedSchemaPayload"
  ],
  "ReportImportResult": [
    "ImportConflictError",
    "ImportReport",
    "InputError",
    "InvalidImportTransitionError",
    "WebhookUrlRefusedError"
  ],
  "ResumeReplayResult": [
    "InputError",
    "ReplayNotFoundError",
    "ReplayOverError",
    "ReplayPayload"
  ],
  "RevokeApiKeyResult": [
    "ApiKeyNotFoundError",
    "InputError",
    "RevokeApiKeyPayload"
  ],
  "RotateBasicWebhookSecretResult": [
    "InputError",
    "RotateBasicWebhookSecretPayload"
  ],
  "RotateWebhookSecretResult": [
    "InputError",
    "RotateWebhookSecretPayload",
    "WebhookNotFoundError"
  ],
  "SendTestEventResult": [
    "InputError",
    "SendTestEventPayload",
    "WebhookDisabledError",
    "WebhookNotFoundError"
  ],
  "StartReplayResult": [
    "InputError",
    "ReplayLimitError",
    "StartReplayPayload",
    "WebhookNotFoundError"
  ],
  "UpdateWebhookResult": [
    "InputError",
    "SavedSchemaNotFoundError",
    "WebhookFilterEmptyError",
    "WebhookNotFoundError",
    "WebhookPayload",
    "WebhookUrlRefusedError"
  ]
};
