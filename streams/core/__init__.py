"""Pure decisions: values in, values out; no clock, no environment, no input or output."""
