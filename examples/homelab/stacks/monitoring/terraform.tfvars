alloy_chart_version = "1.2.1"
