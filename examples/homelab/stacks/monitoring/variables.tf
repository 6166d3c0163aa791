variable "loki_chart_version" {
  description = "Version of the Loki chart."
  type        = string
  default     = "6.30.1"
}

variable "alloy_chart_version" {
  description = "Version of the Alloy chart."
  type        = string
}
