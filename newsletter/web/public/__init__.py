"""Answer the public: join, confirm, leave, look at what is held, read past issues, report events."""
