print("bezoar")
