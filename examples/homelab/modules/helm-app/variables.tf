variable "name" {
  type = string
}

variable "namespace" {
  description = "Defaults to the name."
  type        = string
  default     = null
}

variable "repository" {
  type = string
}

variable "chart" {
  description = "Defaults to the name."
  type        = string
  default     = null
}

variable "chart_version" {
  type    = string
  default = null
}

variable "values" {
  type    = any
  default = {}
}
