"""While the shared store is away: a desk goes on with numbers of its own and brings them in when it is back."""
