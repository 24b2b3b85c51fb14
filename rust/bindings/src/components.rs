//! Single components, given as the JSON of `tokenizer.json`: what the Python component classes call.
