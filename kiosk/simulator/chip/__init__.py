"""The inside of an invented ID card's chip, written from the standards and without the reader's code."""
