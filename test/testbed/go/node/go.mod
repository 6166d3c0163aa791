module holdfast/testbed/node

go 1.26.0
