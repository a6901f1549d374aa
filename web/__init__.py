"""The pages people see, over Flask; no rule of the plan lives here."""
