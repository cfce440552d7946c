SELECT content FROM read_text('medals.csv')
