"""What every act is made of: the step under way, the fields of its form, the registry of acts."""
